/// Text files that are read once in a while, as lines; bytes that are not UTF-8 become U+FFFD.
enum CgroupTextLines {
  static func split(_ text: Span<UInt8>) -> [Substring] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for index in 0..<text.count { bytes.append(text[index]) }
    return String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\n" }
  }
}
