import Alerting
import Detectors
import Testing
import TimeSeries

@testable import LeakWatchDaemon

@Suite struct ReplayTableTests {
  private static let start = Timestamp(milliseconds: 1_767_312_000_000)
  private static let day = 86_400.0

  private static func row(
    _ service: String, _ verdict: Verdict?, _ flavour: Flavour? = nil,
    growth: GrowthFigures = GrowthFigures(), fired: [AlertKind: TimeSpan] = [:],
    reasons: [String] = []
  ) -> ReplayRow {
    ReplayRow(
      service: service, sparkline: verdict == nil ? "" : "▁▂▃▄▅▆▇█", verdict: verdict,
      flavour: flavour, growth: growth, start: start,
      firstFiring: fired.mapValues { start + $0 }, reasons: reasons)
  }

  private static let leak = row(
    "api", .leak, .trueLeak,
    growth: GrowthFigures(
      slopeBytesPerDay: 512 * 1_048_576, secondsToLimit: 3.2 * day,
      secondsToLimitLow: 2.8 * day, secondsToLimitHigh: 3.7 * day),
    fired: [.memoryGrowth: .hours(28), .oomImminent: .days(6), .gcPause: .days(2)],
    reasons: ["linear over 24 h"])

  @Test func aRowForEachTraceAndALineForAll() {
    var table = ReplayTable()
    table.add(Self.leak)
    table.add(
      Self.row(
        "sessions", .cache, .unboundedCache,
        growth: GrowthFigures(slopeBytesPerDay: 9_000_000), fired: [.memoryGrowth: .hours(9)]))
    table.add(Self.row("kv", .leak, .kernel, growth: GrowthFigures(slopeBytesPerDay: -1024)))
    table.add(Self.row("web", .pageCache))
    table.add(Self.row("young", .insufficientData))
    table.add(Self.row("empty", nil))
    table.addUnreadable()
    #expect(
      table.text(width: 120, inColour: false) == """
        SERVICE   MEMORY    VERDICT AT END      PER DAY  LIMIT IN           FIRED AFTER  ALSO FIRED
        api       ▁▂▃▄▅▆▇█  true leak          +512 MiB  3.2 d (2.8–3.7 d)  1 d 4 h      gc_pause, oom_imminent
        sessions  ▁▂▃▄▅▆▇█  unbounded cache    +8.6 MiB  –                  9 h
        kv        ▁▂▃▄▅▆▇█  leak (kernel)        −1 KiB  –                  –
        web       ▁▂▃▄▅▆▇█  page cache                –  –                  –
        young     ▁▂▃▄▅▆▇█  insufficient data         –  –                  –
        empty     –         no samples                –  –                  –

        6 traces: 2 leak, 1 cache, 1 page cache, 1 insufficient data, 1 without a verdict; \
        2 fired memory_growth, 1 fired gc_pause, 1 fired oom_imminent; 1 could not be read

        """)
  }

  @Test func aSingleTraceSaysWhy() {
    var table = ReplayTable()
    table.add(Self.leak)
    #expect(table.text(width: 120, inColour: false).contains("\n  because: linear over 24 h\n"))
    table.add(Self.leak)
    #expect(!table.text(width: 120, inColour: false).contains("because"))
  }

  @Test(arguments: [100, 120, 200]) func itFitsItsWidth(width: Int) {
    var table = ReplayTable()
    for name in [String(repeating: "漢字", count: 60), String(repeating: "pod-", count: 60) + "x"] {
      var row = Self.leak
      row.service = name
      row.sparkline = String(repeating: "█", count: ReplayRow.sparklineWidth)
      row.verdict = .leak
      row.flavour = .unknown
      row.firstFiring = Dictionary(
        uniqueKeysWithValues: AlertKind.allCases.map { ($0, Self.start + .minutes(16_843)) })
      table.add(row)
    }
    let lines = table.text(width: width, inColour: false).split(separator: "\n").prefix(3)
    #expect(lines.allSatisfy { String($0).displayColumns <= width })
    #expect(lines[2].contains("x  █"))
  }

  @Test func colourMarksWhatAlerts() {
    var table = ReplayTable()
    table.add(Self.leak)
    table.add(Self.row("web", .steady))
    let lines = table.text(width: 120, inColour: true).split(separator: "\n")
    #expect(lines[1].contains("\u{1B}[1;31mtrue leak\u{1B}[0m"))
    #expect(lines[2].contains("  steady"))
    #expect(!table.text(width: 120, inColour: false).contains("\u{1B}"))
  }

  @Test func nothingReadIsALineAtMost() {
    var table = ReplayTable()
    #expect(table.text(width: 120, inColour: false) == "")
    table.addUnreadable()
    #expect(table.text(width: 120, inColour: false) == "1 could not be read\n")
  }
}
