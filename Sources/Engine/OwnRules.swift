package import Alerting
package import Detectors
package import TimeSeries

/// One rule about LeakWatch itself: how long a trouble must last, and how loud it is.
package struct OwnRule: Hashable, Sendable {
  package var patience: TimeSpan
  package var severity: Severity

  package init(patience: TimeSpan, severity: Severity) {
    self.patience = patience
    self.severity = severity
  }
}

/// How LeakWatch itself stands at one moment, as its daemon sees it.
package struct OwnConditions: Hashable, Sendable {
  package struct Trouble: Hashable, Sendable {
    /// Who is in trouble, with what: "sink pager fails, 2 alerts wait: connection refused".
    package var words: String
    package var since: Timestamp

    package init(_ words: String, since: Timestamp) {
      self.words = words
      self.since = since
    }
  }

  package var troubles: [AlertKind: [Trouble]] = [:]
  /// Of these it is not known yet whether all is well: a start has not asked everyone.
  package var undecided: Set<AlertKind> = []

  package init() {}

  /// Each trouble is measured by itself, so that two short ones are never a long one. One that is
  /// younger than the rule's patience says nothing: it begins no alert and ends none. So an alert goes
  /// on over a restart, which forgets since when, and ends when all is well.
  package func finding(_ kind: AlertKind, _ rule: OwnRule, at now: Timestamp) -> Finding {
    let known = troubles[kind, default: []].sorted { ($0.since, $0.words) < ($1.since, $1.words) }
    let long = known.filter { now - $0.since >= rule.patience }
    if !long.isEmpty {
      return Finding(
        condition: .met, value: Double(long.count), reasons: long.map { Self.text($0, at: now) })
    }
    if let first = known.first {
      return .insufficientData("not for \(rule.patience) yet: \(first.words)")
    }
    if undecided.contains(kind) { return .insufficientData("not everyone was asked yet") }
    return Finding(condition: .notMet)
  }

  private static func text(_ trouble: Trouble, at now: Timestamp) -> String {
    let span = now - trouble.since
    return span < .minutes(1) ? trouble.words : "\(trouble.words), for \(span)"
  }
}
