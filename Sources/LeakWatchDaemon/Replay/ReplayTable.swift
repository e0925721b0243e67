internal import Alerting
internal import TimeSeries

/// What became of each trace, a line each, for a person.
struct ReplayTable {
  private static let sparklineWidth = 24

  private var table = TextTable(header: ["SERVICE", "SAMPLES", "SPAN", "MEMORY", "ALERTS"])

  mutating func add(_ summary: TraceReplay.Summary) {
    let alerts = summary.firstFiring.sorted { $0.value < $1.value }.map { kind, moment in
      "\(kind.rawValue) from \(moment.rfc3339)"
    }
    table.add([
      summary.service.text, String(summary.samples), summary.span.description,
      Sparkline.draw(summary.memory, width: Self.sparklineWidth),
      alerts.isEmpty ? "none" : alerts.joined(separator: ", "),
    ])
  }

  var text: String { table.text }
}
