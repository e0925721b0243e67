package import TimeSeries

/// Lengths of time: whole numbers with units, the greatest first, as in Prometheus.
/// "15s", "1h30m", "7d", "250ms", "2w". A day has 24 hours, a week 7 days.
package enum DurationGrammar {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ("ms", 1),
  ]

  package static func parse(_ text: String) throws(ValueProblem) -> TimeSpan {
    var rest = Substring(text)
    guard !rest.isEmpty else { throw expected("found an empty string") }
    var total: Int64 = 0
    var smallest = -1
    while !rest.isEmpty {
      let place = try takePart(from: &rest, of: text, into: &total)
      guard place > smallest else {
        throw expected("the units of \(quoted(text)) must go from great to small, each once")
      }
      smallest = place
    }
    return TimeSpan(milliseconds: total)
  }

  /// Takes one number with its unit, adds it to `total`, and answers the unit's place in `units`.
  private static func takePart(
    from rest: inout Substring, of text: String, into total: inout Int64
  ) throws(ValueProblem) -> Int {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    let name = rest.prefix { !($0.isASCII && $0.isNumber) }
    rest = rest.dropFirst(name.count)
    guard !digits.isEmpty else { throw expected("found the string \(quoted(text))") }
    guard !name.isEmpty else { throw expected("\(quoted(text)) lacks a unit") }
    guard let place = units.firstIndex(where: { $0.name == name }) else {
      throw expected(
        "\(quoted(String(name))) in \(quoted(text)) is not one of the units ms, s, m, h, d, w")
    }
    guard let count = Int64(digits) else { throw ValueProblem("\(quoted(text)) is too long") }
    let (product, overflows) = count.multipliedReportingOverflow(by: units[place].milliseconds)
    let (sum, overflowsToo) = total.addingReportingOverflow(product)
    guard !overflows, !overflowsToo else { throw ValueProblem("\(quoted(text)) is too long") }
    total = sum
    return place
  }

  /// The shortest text that reads back as `span`; "24h" and "60s" rather than "1d" and "1m",
  /// and no weeks.
  static func write(_ span: TimeSpan) -> String {
    var rest = span.milliseconds
    guard rest > 0 else { return "0s" }
    if rest == 86_400_000 { return "24h" }
    if rest == 60_000 { return "60s" }
    var text = ""
    for unit in units.dropFirst() where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }

  static func expected(_ found: String) -> ValueProblem {
    ValueProblem("expected a duration such as \"60s\", \(found)")
  }
}
