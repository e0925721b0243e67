/// Where the references lie in the fields of an instance, by class.
struct HprofReferences {
  struct Place {
    var offset: Int
    var name: UInt64
  }

  private let idBytes: Int
  private let classes: [UInt64: HprofClass]
  /// The referent of these does not live by them: weak and phantom references, and what extends them.
  private let weak: Set<UInt64>
  /// Names of its fields called so, in the class that has them.
  private let referents: Set<UInt64>
  private let referenceClass: UInt64?
  private var places: [UInt64: [Place]] = [:]

  init(idBytes: Int, classes: [UInt64: HprofClass], names: HprofNames) {
    self.idBytes = idBytes
    self.classes = classes
    var weak: Set<UInt64> = []
    var reference: UInt64?
    for id in classes.keys {
      switch names.ofClass(id) {
      case "java.lang.ref.WeakReference", "java.lang.ref.PhantomReference": weak.insert(id)
      case "java.lang.ref.Reference": reference = id
      default: break
      }
    }
    self.weak = weak
    referenceClass = reference
    let fields = reference.flatMap { classes[$0]?.fields } ?? []
    referents = Set(fields.map(\.name).filter { names.ofField($0) == "referent" })
  }

  /// Calls `body` with each address that the fields hold, nulls left out, and with the field's name.
  mutating func forEach(
    in fields: Span<UInt8>, of type: UInt64, _ body: (UInt64, UInt64) -> Void
  ) {
    let known = places[type] ?? find(type)
    for place in known where place.offset + idBytes <= fields.count {
      let address = fields.bigEndian(at: place.offset, bytes: idBytes)
      if address != 0 { body(address, place.name) }
    }
  }

  /// Static fields, the class above and the loader.
  func forEach(of type: HprofClass, _ body: (UInt64, UInt64) -> Void) {
    for each in type.statics where each.value != 0 { body(each.value, each.name) }
    if type.superclass != 0 { body(type.superclass, 0) }
    if type.loader != 0 { body(type.loader, 0) }
  }

  private mutating func find(_ type: UInt64) -> [Place] {
    var found: [Place] = []
    var offset = 0
    var current = type
    var isWeak = false
    // Fields of the class itself come first, then those of the class above.
    for _ in 0..<HprofLimit.superclasses {
      guard let known = classes[current] else { break }
      isWeak = isWeak || weak.contains(current)
      for field in known.fields {
        let isReferent = isWeak && current == referenceClass && referents.contains(field.name)
        if field.isReference, !isReferent { found.append(Place(offset: offset, name: field.name)) }
        offset += field.bytes
      }
      current = known.superclass
    }
    places[type] = found
    return found
  }
}

extension Span<UInt8> {
  /// - Precondition: the bytes are there.
  func bigEndian(at offset: Int, bytes: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in offset..<offset + bytes { value = value << 8 | UInt64(self[index]) }
    return value
  }
}
