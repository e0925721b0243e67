internal import Alerting
internal import Detectors

/// All traces of a run, counted: "300 traces: 101 leak, 12 cache, …; 97 fired memory_growth".
struct ReplayTally {
  private(set) var traces = 0
  var unreadable = 0
  private var verdicts: [Verdict: Int] = [:]
  private var withoutVerdict = 0
  private var alerts: [AlertKind: Int] = [:]

  mutating func add(_ row: ReplayRow) {
    traces += 1
    if let verdict = row.verdict {
      verdicts[verdict, default: 0] += 1
    } else {
      withoutVerdict += 1
    }
    for kind in row.firstFiring.keys { alerts[kind, default: 0] += 1 }
  }

  /// One line without its newline; empty where nothing was counted.
  var text: String {
    var parts: [String] = []
    if traces > 0 {
      // In the order of the verdicts' declaration: what alerts comes first.
      var found = Verdict.allCases.compactMap { verdict in
        verdicts[verdict].map { "\($0) \(VerdictText.name(verdict))" }
      }
      if withoutVerdict > 0 { found.append("\(withoutVerdict) without a verdict") }
      parts.append("\(traces) trace\(traces == 1 ? "" : "s"): \(found.joined(separator: ", "))")
      let fired = AlertKind.allCases.compactMap { kind in
        alerts[kind].map { "\($0) fired \(kind.rawValue)" }
      }
      parts.append(fired.isEmpty ? "no alert fired" : fired.joined(separator: ", "))
    }
    if unreadable > 0 { parts.append("\(unreadable) could not be read") }
    return parts.joined(separator: "; ")
  }
}
