/// The names of a heap dump: of classes and of fields.
struct HprofNames {
  private var texts: [UInt64: String] = [:]
  /// The id of a class's name, by the class.
  var classes: [UInt64: UInt64] = [:]

  mutating func add(_ id: UInt64, _ text: Span<UInt8>) {
    texts[id] = text.text(0..<text.count)
  }

  /// As a person writes it.
  func ofClass(_ type: UInt64) -> String {
    guard let name = classes[type].flatMap({ texts[$0] }) else {
      return "class 0x" + String(type, radix: 16)
    }
    return JavaTypeName.readable(String(name.map { $0 == "/" ? "." : $0 }))
  }

  func ofField(_ id: UInt64) -> String { texts[id] ?? "?" }
}
