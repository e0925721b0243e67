internal import TimeSeries

/// What the daemon counts of its own work since it started.
struct DaemonTally: Sendable {
  enum SourceKind: String, CaseIterable, Sendable {
    case cgroup, exporter, prometheus
  }

  struct Scrapes: Hashable, Sendable {
    var all = 0
    var failed = 0
  }

  /// Of a cgroup each reading, of an exporter each scrape, of a Prometheus server each round.
  private(set) var scrapes: [SourceKind: Scrapes] = [:]
  private(set) var evaluations = 0
  private(set) var evaluationSeconds = 0.0
  private(set) var lastEvaluation: Timestamp?
  private(set) var oomKills = 0
  /// When the configuration that holds was read.
  var configuredAt: Timestamp
  /// When a changed one was refused; nil where the last one was taken.
  var rejection: Rejection?

  struct Rejection: Hashable, Sendable {
    var at: Timestamp
    var mistakes: Int
  }

  /// Scrapes of all sources that brought something.
  var succeeded: Int { scrapes.values.reduce(0) { $0 + $1.all - $1.failed } }

  mutating func noteScrape(of kind: SourceKind, isUp: Bool) {
    scrapes[kind, default: Scrapes()].all += 1
    if !isUp { scrapes[kind, default: Scrapes()].failed += 1 }
  }

  mutating func noteEvaluation(at now: Timestamp, seconds: Double) {
    evaluations += 1
    evaluationSeconds += seconds
    lastEvaluation = now
  }

  mutating func noteKills(_ count: Int) { oomKills += count }
}
