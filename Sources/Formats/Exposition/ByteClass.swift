/// Classes of bytes in names, by the grammar that both formats share.
extension UInt8 {
  @inline(__always)
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  @inline(__always)
  var isLetterOrUnderscore: Bool {
    (self | 0x20) &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_")
  }

  /// First byte of a metric name.
  @inline(__always)
  var startsMetricName: Bool { isLetterOrUnderscore || self == UInt8(ascii: ":") }

  @inline(__always)
  var continuesMetricName: Bool { startsMetricName || isDigit }

  @inline(__always)
  var continuesLabelName: Bool { isLetterOrUnderscore || isDigit }

  @inline(__always)
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
