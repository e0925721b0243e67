package import TimeSeries

/// Which rule an alert speaks for. The raw value is the name in JSON, the journal and the labels.
package enum AlertKind: String, CaseIterable, Hashable, Sendable {
  case memoryGrowth = "memory_growth"
  case gcPause = "gc_pause"
  case oomImminent = "oom_imminent"
  case oomKill = "oom_kill"
  case maxUptime = "max_uptime"
  /// The plain derivative rule, `deriv(x[24h]) > threshold`.
  case growthRule = "growth_rule"
  // LeakWatch about itself.
  case sinkFailing = "sink_failing"
  case targetDown = "target_down"
  case configRejected = "config_rejected"
  case stateDegraded = "state_degraded"
}

extension AlertKind {
  /// What LeakWatch tells of itself.
  package static let own: [AlertKind] = [
    .sinkFailing, .targetDown, .configRejected, .stateDegraded,
  ]

  package var isOwn: Bool { Self.own.contains(self) }
}

/// How soon a person must look. Ordered: a page is the greatest.
package enum Severity: String, CaseIterable, Comparable, Hashable, Sendable {
  case ticket, warning, page

  package static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .ticket: 0
    case .warning: 1
    case .page: 2
    }
  }
}

/// What an alert is about. At most one alert of a kind is active for a service.
package struct AlertKey: Hashable, Comparable, Sendable {
  package var service: ServiceName
  package var kind: AlertKind

  package init(service: ServiceName, kind: AlertKind) {
    self.service = service
    self.kind = kind
  }

  /// A service has an alert or two: its name tells them apart well enough, and a kind would be hashed as
  /// the text that it stands for.
  package func hash(into hasher: inout Hasher) { hasher.combine(service) }

  package static func < (left: AlertKey, right: AlertKey) -> Bool {
    (left.service.text, left.kind.rawValue) < (right.service.text, right.kind.rawValue)
  }
}

/// One trouble of one service from its first firing to its end: the same in every message about
/// it, also after a restart of the daemon.
package struct EpisodeID: Hashable, Sendable, CustomStringConvertible {
  package var text: String

  package init(text: String) {
    self.text = text
  }

  package var description: String { text }
}

/// One question of the diagnostic checklist with its answer and the figures behind it.
package struct ChecklistAnswer: Hashable, Sendable {
  package var question: String
  package var answer: String
  package var figures: [String: Double]

  package init(question: String, answer: String, figures: [String: Double] = [:]) {
    self.question = question
    self.answer = answer
    self.figures = figures
  }

  /// By name. Most answers have one or none, and nothing to sort.
  var figuresInOrder: [(key: String, value: Double)] {
    figures.count < 2 ? figures.map { ($0.key, $0.value) } : figures.sorted { $0.key < $1.key }
  }
}

/// A command that the reader of an alert can paste.
package struct SuggestedCommand: Hashable, Sendable {
  package var purpose: String
  package var command: String

  package init(purpose: String, command: String) {
    self.purpose = purpose
    self.command = command
  }
}

extension Alert {
  /// Whether the same alert of another host is another one: a cgroup exists on one host, and so does a
  /// LeakWatch. What is watched over the network is the same service whoever watches it.
  package var isOfOneHost: Bool { description.cgroupPath != nil || key.kind.isOwn }
}

/// Everything that is told of an alert at one moment of its life.
package struct Alert: Hashable, Sendable {
  package enum Status: String, Hashable, Sendable {
    case firing, resolved
  }

  /// See Alert+Content.swift for what each is.
  struct Content: Hashable, Sendable {
    var key: AlertKey
    var status: Status
    var severity: Severity
    var episode: EpisodeID
    var host: String
    var startedAt: Timestamp
    var at: Timestamp
    var verdict: String?
    var flavour: String?
    var growth: GrowthFigures
    var growing: String?
    var summary: String
    var reasons: [String]
    var checklist: [ChecklistAnswer]
    var evidence: HeapEvidence?
    var fix: FixReport?
    var links: [AlertLink]
    var commands: [SuggestedCommand]
    var description: ServiceDescription
  }

  /// Thousands may fire, and each is handed from place to place: a copy is one reference and not twenty.
  private final class Box: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
  }

  private var box: Box

  var content: Content {
    get { box.content }
    set { box = Box(newValue) }
  }

  package init(
    key: AlertKey, status: Status, severity: Severity, episode: EpisodeID, host: String,
    startedAt: Timestamp, at: Timestamp, verdict: String? = nil, flavour: String? = nil,
    growth: GrowthFigures = GrowthFigures(), growing: String? = nil, summary: String,
    reasons: [String] = [], checklist: [ChecklistAnswer] = [], evidence: HeapEvidence? = nil,
    fix: FixReport? = nil, links: [AlertLink] = [], commands: [SuggestedCommand] = [],
    description: ServiceDescription
  ) {
    box = Box(
      Content(
        key: key, status: status, severity: severity, episode: episode, host: host,
        startedAt: startedAt, at: at, verdict: verdict, flavour: flavour, growth: growth,
        growing: growing, summary: summary, reasons: reasons, checklist: checklist,
        evidence: evidence, fix: fix, links: links, commands: commands, description: description))
  }

  package static func == (one: Alert, other: Alert) -> Bool {
    one.box === other.box || one.box.content == other.box.content
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(box.content) }
}
