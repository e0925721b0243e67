/// A number as the kernel writes it: decimal digits alone, no sign, no zeros before it.
enum ProcessNumber {
  static func read(_ text: some StringProtocol) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
      text == "0" || text.utf8.first != UInt8(ascii: "0")
    else { return nil }
    return UInt64(text)
  }
}
