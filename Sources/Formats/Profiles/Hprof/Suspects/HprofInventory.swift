internal import TimeSeries

/// The first pass over a heap dump: which objects there are, which classes, and what lives by itself.
struct HprofInventory: HprofVisitor {
  private(set) var idBytes = 8
  private(set) var takenAt: Timestamp?
  private(set) var names = HprofNames()
  private(set) var classes: [UInt64: HprofClass] = [:]
  private(set) var sizes = HprofSize(idBytes: 8)
  private(set) var roots: [UInt64: HprofRoot] = [:]
  private(set) var highestAddress: UInt64 = 0
  private(set) var addresses = AddressTable()

  mutating func begin(idBytes: Int, takenAt: Timestamp?) {
    self.idBytes = idBytes
    self.takenAt = takenAt
    sizes = HprofSize(idBytes: idBytes)
  }

  mutating func name(_ id: UInt64, _ text: Span<UInt8>) { names.add(id, text) }
  mutating func loaded(_ type: UInt64, name: UInt64) { names.classes[type] = name }

  mutating func root(_ address: UInt64, _ root: HprofRoot) {
    // Of several reasons the most telling: a thread is one, whatever else holds it.
    if root == .thread || roots[address] == nil { roots[address] = root }
  }

  mutating func type(_ type: HprofClass) {
    if classes.updateValue(type, forKey: type.id) == nil { addresses.append(type.id) }
    sizes.add(type)
  }

  mutating func instance(_ address: UInt64, of type: UInt64, fields: Span<UInt8>) {
    add(address)
  }

  mutating func objectArray(_ address: UInt64, of type: UInt64, length: Int) { add(address) }

  mutating func primitiveArray(
    _ address: UInt64, type: UInt64, elementBytes: Int, length: Int
  ) {
    add(address)
  }

  private mutating func add(_ address: UInt64) {
    highestAddress = max(highestAddress, address)
    addresses.append(address)
  }

  mutating func sort() { addresses.sort() }
}
