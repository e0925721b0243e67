/// Names of classes as a person writes them.
enum JavaTypeName {
  /// "byte[]" of "[B", "java.lang.String[][]" of "[[Ljava.lang.String;"; other names as they are.
  /// JVM specification, 4.3.2: field descriptors.
  static func readable(_ name: String) -> String {
    let element = name.drop { $0 == "[" }
    let dimensions = name.count - element.count
    guard dimensions > 0 else { return name }
    guard let type = elementType(element) else { return name }
    return type + String(repeating: "[]", count: dimensions)
  }

  private static func elementType(_ descriptor: Substring) -> String? {
    switch descriptor {
    case "B": return "byte"
    case "C": return "char"
    case "D": return "double"
    case "F": return "float"
    case "I": return "int"
    case "J": return "long"
    case "S": return "short"
    case "Z": return "boolean"
    default:
      guard descriptor.hasPrefix("L"), descriptor.hasSuffix(";"), descriptor.count > 2 else {
        return nil
      }
      return descriptor.dropFirst().dropLast().replacing("/", with: ".")
    }
  }
}

extension Substring {
  fileprivate func replacing(_ old: Character, with new: Character) -> String {
    String(map { $0 == old ? new : $0 })
  }
}
