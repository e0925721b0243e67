/// The unsigned decimal numbers of kernel files: digits alone, no sign, no separator.
enum CgroupNumber {
  /// The number that `bytes` holds from its first to its last byte.
  static func parse(_ bytes: Span<UInt8>, line: Int) throws(CgroupFileFault) -> UInt64 {
    if bytes.isEmpty { throw CgroupFileFault(.notANumber(""), line: line) }
    var value: UInt64 = 0
    for index in 0..<bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit > 9 {
        throw CgroupFileFault(.notANumber(CgroupFileFault.excerpt(bytes)), line: line)
      }
      // Eighteen digits cannot overflow, so most numbers pay for no check.
      if index < 18 {
        value = value &* 10 &+ UInt64(digit)
        continue
      }
      let (shifted, carried) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowed) = shifted.addingReportingOverflow(UInt64(digit))
      if carried || overflowed {
        throw CgroupFileFault(.tooLarge(CgroupFileFault.excerpt(bytes)), line: line)
      }
      value = sum
    }
    return value
  }

  /// `bytes` without spaces, tabs and line ends on either side.
  static func trimmedRange(_ bytes: Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = bytes.count
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
  }
}
