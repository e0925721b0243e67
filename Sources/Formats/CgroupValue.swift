/// What a single-value file holds: `memory.current`, `memory.max`, `memory.usage_in_bytes`, …
package enum CgroupValue: Hashable, Sendable {
  case bytes(UInt64)
  /// No limit: the word "max" in v2, a number at the top of the 63-bit range in v1.
  case max

  /// The number, or nil where there is no limit.
  package var limit: UInt64? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  /// v1 writes "no limit" as the largest multiple of the page size below 2^63; pages are at most
  /// 64 KiB, and no machine has memory that near the top.
  package static let firstUnlimitedV1: UInt64 = (1 << 63) - (1 << 16)

  /// One number or "max", with or without a line end.
  package static func parse(_ text: Span<UInt8>) throws(CgroupFileFault) -> CgroupValue {
    let value = text.extracting(CgroupNumber.trimmedRange(text))
    if value.isEmpty { throw CgroupFileFault(.empty, line: 1) }
    if isMax(value) { return .max }
    return .bytes(try CgroupNumber.parse(value, line: 1))
  }

  private static func isMax(_ value: Span<UInt8>) -> Bool {
    value.count == 3 && value[0] == UInt8(ascii: "m") && value[1] == UInt8(ascii: "a")
      && value[2] == UInt8(ascii: "x")
  }
}
