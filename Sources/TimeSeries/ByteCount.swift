/// A size in bytes, written for people in binary units: "512 MiB", "1.5 GiB", "−3.2 KiB".
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var bytes: Double

  package init(_ bytes: Double) {
    self.bytes = bytes
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool {
    left.bytes < right.bytes
  }

  /// Three significant digits at most; a value that is not finite, or larger than any memory, is
  /// "unknown".
  package var description: String {
    guard bytes.magnitude < 0x1p80 else { return "unknown" }
    var scaled = bytes.magnitude
    var unit = 0
    let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while scaled >= 1023.5, unit + 1 < names.count {
      scaled /= 1024
      unit += 1
    }
    let sign = bytes < 0 ? "−" : ""
    if scaled >= 9.95 || unit == 0 { return "\(sign)\(Int(scaled.rounded())) \(names[unit])" }
    let tenths = Int((scaled * 10).rounded())
    let fraction = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
    return "\(sign)\(tenths / 10)\(fraction) \(names[unit])"
  }
}
