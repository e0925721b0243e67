/// How fast memory grows: a size per s, min, h or day. "0B/day", "500MB/day", "1MiB/h".
enum ByteRateGrammar {
  private static let periods: [(names: [String], seconds: Double)] = [
    (["s"], 1), (["m", "min"], 60), (["h"], 3600), (["d", "day"], 86_400),
  ]

  static func parse(_ text: String) throws(ValueProblem) -> ByteRate {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ValueProblem("expected a rate such as \"500MB/day\", found the string \(quoted(text))")
    }
    guard let period = periods.first(where: { $0.names.contains(String(parts[1])) }) else {
      throw ValueProblem(
        "expected a rate such as \"500MB/day\", \(quoted(String(parts[1]))) in \(quoted(text)) "
          + "is not one of s, min, h, day")
    }
    let bytes: Int
    do {
      bytes = try ByteSizeGrammar.parse(String(parts[0]))
    } catch {
      throw ValueProblem("in the rate \(quoted(text)): \(error.message)")
    }
    return ByteRate(bytesPerSecond: Double(bytes) / period.seconds)
  }

  static func write(_ rate: ByteRate) -> String {
    ByteSizeGrammar.write(Int(rate.bytesPerDay.rounded())) + "/day"
  }
}
