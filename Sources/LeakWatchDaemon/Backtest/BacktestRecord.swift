internal import Alerting
internal import Detectors
internal import TimeSeries

/// What became of one service over the whole of a back-test.
struct BacktestRecord: Sendable {
  /// One alert from its first firing to its end.
  struct Firing: Hashable, Sendable {
    var kind: AlertKind
    var at: Timestamp
    /// nil while it fires.
    var until: Timestamp?
    /// As it was told first.
    var firstSeverity: Severity
    /// The highest that was told.
    var severity: Severity
    /// When that severity was told first.
    var severityAt: Timestamp
    /// The first line of what people would have read.
    var said: String
    var reasons: [String]
  }

  struct Ending: Hashable, Sendable {
    var kind: TraceReplay.Ending
    var at: Timestamp
  }

  /// Of each kind that are kept; more are counted.
  static let keptAtMost = 500
  /// A restart so soon after a kill, or before its counter is read, is that kill.
  private static let oneEvent = TimeSpan.minutes(15)

  var service: ServiceName
  var plot: BacktestPlot
  private(set) var firings: [Firing] = []
  private(set) var firingCount = 0
  private(set) var endings: [Ending] = []
  private(set) var endingCount = 0
  /// What stands at the end.
  var verdict: GrowthVerdict?
  var samples = 0

  init(service: ServiceName, plot: BacktestPlot) {
    self.service = service
    self.plot = plot
  }

  mutating func note(_ alert: Alert) {
    let open = firings.lastIndex { $0.kind == alert.key.kind && $0.until == nil }
    switch (alert.status, open) {
    case (.resolved, let open?): firings[open].until = alert.at
    case (.resolved, nil): break
    case (.firing, let open?):
      guard alert.severity > firings[open].severity else { return }
      firings[open].severity = alert.severity
      firings[open].severityAt = alert.at
    case (.firing, nil):
      firingCount += 1
      guard firings.count < Self.keptAtMost else { return }
      firings.append(
        Firing(
          kind: alert.key.kind, at: alert.at, until: nil, firstSeverity: alert.severity,
          severity: alert.severity, severityAt: alert.at, said: alert.summary,
          reasons: alert.reasons))
    }
  }

  mutating func note(_ ending: TraceReplay.Ending, at moment: Timestamp) {
    if let last = endings.last, moment - last.at <= Self.oneEvent,
      ending == .oomKill || last.kind == .oomKill
    {
      endings[endings.count - 1].kind = .oomKill
      return
    }
    endingCount += 1
    guard endings.count < Self.keptAtMost else { return }
    endings.append(Ending(kind: ending, at: moment))
  }

  /// The restart or kill that came next; nil where none did.
  func ending(after moment: Timestamp) -> Ending? { endings.first { $0.at >= moment } }

  /// Kills that nothing had foretold: no alert but the kill's own fired in the life before it.
  var unforetoldKills: [Ending] {
    endings.indices.filter { index in
      guard endings[index].kind == .oomKill else { return false }
      let since = index > 0 ? endings[index - 1].at : plot.start
      let kill = endings[index].at
      return !firings.contains { firing in
        firing.kind != .oomKill && firing.at <= kill && firing.until ?? kill >= since
      }
    }.map { endings[$0] }
  }

  func count(_ severity: Severity) -> Int { firings.count { $0.severity == severity } }
}
