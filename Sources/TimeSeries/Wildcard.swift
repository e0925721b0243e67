/// Patterns in which `*` stands for any run of bytes, none included, and `?` for one byte; everything
/// else stands for itself.
package enum Wildcard {
  /// Whether the whole of `text` fits. On a mismatch the last `*` takes one more: time grows with the
  /// product of both lengths at worst.
  package static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (inPattern, inText) = (0, 0)
    var star: (pattern: Int, text: Int)?
    while inText < text.count {
      if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
        star = (inPattern, inText)
        inPattern += 1
      } else if inPattern < pattern.count,
        pattern[inPattern] == text[inText] || pattern[inPattern] == UInt8(ascii: "?")
      {
        inPattern += 1
        inText += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (inPattern, inText) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
