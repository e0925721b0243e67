internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  /// What questions over the socket and over HTTP are answered from.
  var desk: StatusDesk {
    StatusDesk(
      engine: engine, host: host,
      names: engine.overview().map(\.name).filter { !unseen.contains($0) },
      silences: silences.list, chronicle: history.chronicle, now: SystemClock.wallTime())
  }

  /// Serves the page from now on, where there is to be one.
  func openPage() {
    page = StatusPageServer(
      loop: loop,
      answer: { [unowned self] request, hosts in
        WebDesk(status: desk, hosts: hosts, facts: { self.facts }).reply(to: request)
      },
      tell: { [weak self] trouble in self?.tellPage(trouble) })
    page?.use(configuration.status)
  }

  private func tellPage(_ trouble: String?) {
    if let trouble { return tellProblem(trouble) }
    tell(
      JournalRecord(
        .sourceProblem, priority: .notice, message: "the page of [status] is served now"))
  }

  var facts: DaemonFacts {
    let now = SystemClock.wallTime()
    let settings = EngineSettings(configuration, host: host)
    return DaemonFacts(
      host: host, now: now, startedAt: startedAt, configurationPath: file.path, tally: tally,
      targets: targetCounts, outages: outages, sinks: sinkFacts,
      outboxTrouble: deliveries.outboxTrouble,
      windows: DaemonFacts.Windows(
        series: engine.seriesCount, seriesLimit: settings.seriesLimit,
        bytesPerSeries: settings.windowShape.bytesPerSeries,
        limitBytes: configuration.windows.maximumMemoryBytes, leftOut: leftOut),
      firing: engine.firing(), replies: page?.replies ?? [:],
      patience: Self.patience(configuration), unready: unready, silences: silences.list)
  }

  private var unready: String? {
    if isStopping { return "LeakWatch stops" }
    return isLive ? nil : "the history of Prometheus servers is being read"
  }

  private var sinkFacts: [DaemonFacts.Sink] {
    courier.waitingCounts.sorted { $0.key < $1.key }.map { name, waiting in
      DaemonFacts.Sink(
        name: name, waiting: waiting, record: deliveries.sinks[name] ?? DeliveryTally.SinkRecord())
    }
  }

  private var targetCounts: [DaemonFacts.Targets] {
    func counts(
      _ kind: DaemonTally.SourceKind, of all: Int, down: Int
    ) -> DaemonFacts.Targets {
      DaemonFacts.Targets(kind: kind, up: max(0, all - down), down: down)
    }
    let down = downSince.values.flatMap(\.keys)
    return [
      counts(
        .cgroup, of: cgroups?.services.count ?? 0, down: down.count { $0.kind == .cgroup }),
      counts(.exporter, of: scraped.count, down: down.count { $0.kind == .exporter }),
      counts(
        .prometheus, of: configuration.prometheusServers.count, down: serversDown.count),
    ]
  }

  /// The longest first.
  var outages: [DaemonFacts.Outage] {
    let targets = downSince.flatMap { service, sources in
      sources.map { source, outage in
        DaemonFacts.Outage(
          service: service, target: source.text, reason: outage.reason, since: outage.since)
      }
    }
    let servers = serversDown.map { source, outage in
      DaemonFacts.Outage(
        service: nil, target: source.text, reason: outage.reason, since: outage.since)
    }
    return (targets + servers).sorted { ($0.since, $0.target) < ($1.since, $1.target) }
  }
}

/// Since when something does not answer, and why.
struct Outage: Hashable, Sendable {
  var since: Timestamp
  var reason: String
}

extension ScrapeSource {
  /// nil for a recorded trace.
  var kind: DaemonTally.SourceKind? {
    switch self {
    case .cgroup: .cgroup
    case .exporter: .exporter
    case .prometheus: .prometheus
    case .trace: nil
    }
  }
}
