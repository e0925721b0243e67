internal import Alerting
internal import Engine
internal import TimeSeries

/// The alerts of one service that fire or wait, as a list.
struct AlertList {
  private let report: ServiceReport
  private let severities: [AlertKey: Severity]
  private let silences: SilenceList
  private let now: Timestamp

  init(_ report: ServiceReport, _ facts: DaemonFacts) {
    self.report = report
    now = facts.now
    silences = facts.silences
    severities = Dictionary(facts.firing.map { ($0.key, $0.severity) }, uniquingKeysWith: { $1 })
  }

  /// "–" for none.
  var html: String {
    let items = firing + fix + pending + down
    return items.isEmpty
      ? "–" : "<ul class=\"plain\">\(items.map { "<li>\($0)</li>" }.joined())</ul>"
  }

  private var firing: [String] {
    let overview = report.overview
    return overview.firing.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, since in
      let key = AlertKey(service: overview.name, kind: kind)
      let isSilenced = silences.covering(key, at: now) != nil
      let span = "for \(max(.zero, now - since))" + (isSilenced ? ", silenced" : "")
      // Replicas share an alert, which is not under their own names.
      guard let severity = severities[key] else {
        return "<span class=\"warning\">\(Self.name(kind))</span> of its replicas, \(span)"
      }
      return "<span class=\"\(severity.rawValue)\">\(Self.name(kind))</span>, "
        + "\(severity.rawValue), \(span)"
    }
  }

  private var fix: [String] { FixText.cell(report.fix).map { [$0.htmlEscaped] } ?? [] }

  private var pending: [String] { report.pending.map { "\(Self.name($0)), pending" } }

  /// May break at its underscores.
  static func name(_ kind: AlertKind) -> String { kind.rawValue.replacing("_", with: "_<wbr>") }

  private var down: [String] {
    report.overview.isUp ? [] : ["<span class=\"warning\">target down</span>"]
  }
}
