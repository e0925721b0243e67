/// Sizes: a number, perhaps with a decimal fraction, and a unit of powers of 1000 (kB, MB, GB, TB)
/// or of 1024 (KiB, MiB, GiB, TiB). "16MiB", "1GB", "512 KiB", "1.5GiB".
enum ByteSizeGrammar {
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("KB", 1000), ("B", 1),
  ]

  /// Whole bytes; a fraction of a byte is cut off.
  static func parse(_ text: String) throws(ValueProblem) -> Int {
    let digits = text.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    guard !digits.isEmpty else { throw expected("found the string \(quoted(text))") }
    guard !name.isEmpty else {
      throw expected("\(quoted(text)) lacks a unit (B, KiB, MiB, GiB, kB, MB, GB)")
    }
    guard let unit = units.first(where: { $0.name == name }) else {
      throw expected(
        "\(quoted(String(name))) in \(quoted(text)) is not one of the units "
          + "B, KiB, MiB, GiB, TiB, kB, MB, GB, TB")
    }
    return try bytes(of: digits, unit: unit.bytes, in: text)
  }

  private static func bytes(
    of digits: Substring, unit: Int, in text: String
  ) throws(ValueProblem) -> Int {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw expected("\(quoted(String(digits))) in \(quoted(text)) is not a number")
    }
    guard let count = Int(parts[0]) else { throw ValueProblem("\(quoted(text)) is too large") }
    let (whole, overflows) = count.multipliedReportingOverflow(by: unit)
    let fraction = parts.count == 2 ? Double("0." + parts[1]) ?? 0 : 0
    let (sum, overflowsToo) = whole.addingReportingOverflow(Int(fraction * Double(unit)))
    guard !overflows, !overflowsToo else { throw ValueProblem("\(quoted(text)) is too large") }
    return sum
  }

  /// In the greatest binary unit that divides it.
  static func write(_ bytes: Int) -> String {
    let binary = units.prefix(4)
    guard bytes > 0, let unit = binary.first(where: { bytes % $0.bytes == 0 }) else {
      return "\(bytes)B"
    }
    return "\(bytes / unit.bytes)\(unit.name)"
  }

  private static func expected(_ found: String) -> ValueProblem {
    ValueProblem("expected a size such as \"16MiB\", \(found)")
  }
}
