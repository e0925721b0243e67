/// What an object of a heap dump is.
enum HprofKind: Hashable {
  case type(UInt64)
  case instance(of: UInt64)
  case objectArray(of: UInt64)
  /// Of the dump's number of a primitive type.
  case primitiveArray(of: UInt64)
}

/// What comes of the objects and their references, object by object in the order of the file.
/// Objects are their places in the table of addresses.
protocol HprofLinkSink {
  /// Whether its references will be asked for.
  func wants(_ place: Int) -> Bool
  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int)
  /// - Parameter name: of the field; nil in an array, 0 for what a class has without a name.
  mutating func refer(to place: Int, name: UInt64?)
  mutating func finish()
}

/// A pass over a heap dump that tells a sink of all objects and references.
struct HprofLinkWalk<Sink: HprofLinkSink>: HprofVisitor {
  var sink: Sink
  private let inventory: HprofInventory
  private let isCompressed: Bool
  private var references: HprofReferences
  private var hasBegun = false

  init(_ sink: Sink, _ inventory: HprofInventory) {
    self.sink = sink
    self.inventory = inventory
    isCompressed = inventory.sizes.isCompressed(highestAddress: inventory.highestAddress)
    references = HprofReferences(
      idBytes: inventory.idBytes, classes: inventory.classes, names: inventory.names)
  }

  func wantsBody(of address: UInt64) -> Bool {
    inventory.addresses.place(of: address).map(sink.wants) ?? false
  }

  mutating func type(_ type: HprofClass) {
    // What a class itself takes is told nowhere, and little.
    begin(type.id, .type(type.id), bytes: 0)
    references.forEach(of: type) { address, name in refer(to: address, name: name) }
  }

  mutating func instance(_ address: UInt64, of type: UInt64, fields: Span<UInt8>) {
    begin(
      address, .instance(of: type),
      bytes: inventory.sizes.instance(of: type, isCompressed: isCompressed))
    var references = self.references
    references.forEach(in: fields, of: type) { address, name in refer(to: address, name: name) }
    self.references = references
  }

  mutating func objectArray(_ address: UInt64, of type: UInt64, length: Int) {
    let element = isCompressed ? 4 : inventory.idBytes
    begin(
      address, .objectArray(of: type),
      bytes: HprofSize.array(length, element: element, isCompressed: isCompressed))
  }

  mutating func elements(_ bytes: Span<UInt8>, idBytes: Int) {
    for offset in stride(from: 0, to: bytes.count, by: idBytes) {
      let address = bytes.bigEndian(at: offset, bytes: idBytes)
      if address != 0 { refer(to: address, name: nil) }
    }
  }

  mutating func primitiveArray(
    _ address: UInt64, type: UInt64, elementBytes: Int, length: Int
  ) {
    begin(
      address, .primitiveArray(of: type),
      bytes: HprofSize.array(length, element: elementBytes, isCompressed: isCompressed))
  }

  private mutating func begin(_ address: UInt64, _ kind: HprofKind, bytes: Int) {
    if hasBegun { sink.finish() }
    guard let place = inventory.addresses.place(of: address) else {
      hasBegun = false
      return
    }
    hasBegun = true
    sink.begin(place, kind, bytes: bytes)
  }

  private mutating func refer(to address: UInt64, name: UInt64?) {
    guard hasBegun, let place = inventory.addresses.place(of: address) else { return }
    sink.refer(to: place, name: name)
  }

  /// After the last record.
  mutating func finish() {
    if hasBegun { sink.finish() }
    hasBegun = false
  }
}
