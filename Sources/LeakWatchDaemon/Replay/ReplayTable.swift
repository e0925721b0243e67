internal import Alerting
internal import Detectors
internal import TimeSeries

/// What became of each trace, a line each, and of all together: for a person.
struct ReplayTable {
  /// What a window is taken to be wide where nobody knows.
  static let standardWidth = 120
  /// Below it lines wrap rather than lose what they say.
  static let leastWidth = 80

  private var table = TextTable([
    .init(title: "SERVICE", leastWidth: 12),
    .init(title: "MEMORY"),
    .init(title: "VERDICT AT END"),
    .init(title: "PER DAY", isRightAligned: true),
    .init(title: "LIMIT IN", leastWidth: 8),
    .init(title: "FIRED AFTER"),
    .init(title: "ALSO FIRED", leastWidth: 10),
  ])
  private var tally = ReplayTally()
  private var lastReasons: [String] = []

  mutating func add(_ row: ReplayRow) {
    let start = row.start
    let fired = row.firstFiring[.memoryGrowth].flatMap { moment in start.map { moment - $0 } }
    let others = row.firstFiring.filter { $0.key != .memoryGrowth }
      .sorted { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
      .map(\.key.rawValue)
    table.add([
      .init(row.service),
      row.sparkline.isEmpty ? .unknown : .init(row.sparkline),
      VerdictText.cell(row.verdict, row.flavour),
      .perDay(row.growth.slopeBytesPerDay),
      .timeToLimit(row.growth),
      fired.map { .init($0.description) } ?? .unknown,
      .init(others.joined(separator: ", ")),
    ])
    tally.add(row)
    lastReasons = row.reasons
  }

  mutating func addUnreadable() {
    tally.unreadable += 1
  }

  func text(width: Int, inColour: Bool) -> String {
    guard tally.traces > 0 else { return tally.text.isEmpty ? "" : tally.text + "\n" }
    // Who replays a single trace wants to know why, and there is room to say it.
    let why = tally.traces == 1 ? lastReasons.map { "  because: \($0.printable)\n" }.joined() : ""
    return table.text(width: width, inColour: inColour) + why + "\n" + tally.text + "\n"
  }
}
