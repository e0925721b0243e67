/// systemd's two ways of escaping a name that becomes a cgroup directory.
enum CgroupEscape {
  /// systemd puts "_" before a name that would clash with a kernel file (`_memory.service`).
  static func undoneForName(_ name: Substring) -> Substring {
    name.hasPrefix("_") ? name.dropFirst() : name
  }

  /// Unit names write odd bytes as `\x2d` (systemd-escape(1)). A text whose escapes do not make
  /// UTF-8 is left as it is.
  static func undone(_ name: Substring) -> String {
    guard name.contains("\\") else { return String(name) }
    var bytes: [UInt8] = []
    var rest = name.utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
        let code = code(rest.dropFirst().prefix(2))
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(name)
  }

  private static func code(_ digits: Substring.UTF8View.SubSequence) -> UInt8? {
    guard digits.count == 2, digits.first != UInt8(ascii: "+") else { return nil }
    return UInt8(String(Substring(digits)), radix: 16)
  }
}
