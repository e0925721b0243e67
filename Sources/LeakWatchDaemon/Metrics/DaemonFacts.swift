internal import Alerting
internal import Engine
internal import LinuxSystem
internal import TimeSeries

/// How the daemon itself stands at one moment: what the page, the metrics and the probes tell of it.
/// Holds no secret: addresses come without them, and the reasons for a refused configuration, which
/// quote it, stay in the journal.
struct DaemonFacts: Sendable {
  struct Targets: Hashable, Sendable {
    var kind: DaemonTally.SourceKind
    var up: Int
    var down: Int
  }

  /// A target that does not answer.
  struct Outage: Hashable, Sendable {
    /// nil for a Prometheus server, which tells of many.
    var service: ServiceName?
    var target: String
    var reason: String
    var since: Timestamp
  }

  struct Sink: Hashable, Sendable {
    var name: String
    var waiting: Int
    var record: DeliveryTally.SinkRecord
  }

  struct Windows: Hashable, Sendable {
    var series: Int
    var seriesLimit: Int
    var bytesPerSeries: Int
    var limitBytes: Int
    var leftOut: LeftOut?
  }

  var host: String
  var now: Timestamp
  var startedAt: Timestamp
  /// Of the configuration's file; nil where there is none.
  var configurationPath: String?
  var tally: DaemonTally
  var targets: [Targets]
  var outages: [Outage]
  var sinks: [Sink]
  var outboxTrouble: String?
  var windows: Windows
  var firing: [FiringAlert]
  var replies: [Int: Int]
  /// How long without an evaluation is still normal.
  var patience: TimeSpan
  /// What it still waits for before it can tell the truth; nil when it can.
  var unready: String?
  /// What nobody is told of.
  var silences = SilenceList()
}
