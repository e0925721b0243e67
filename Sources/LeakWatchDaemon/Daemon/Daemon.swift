internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

/// The running daemon: sources, Engine and delivery joined on one thread.
final class Daemon {
  /// SIGTERM ends within five seconds: this much for what can still be delivered.
  private static let drainTime = TimeSpan.seconds(4)

  private let file: ConfigurationFile
  private let loop: EventLoop
  private let writer: RecordWriter
  private let client: LazyHTTPClient
  private let transport: SinkTransport
  private let courier: Courier
  private let host: String
  private var configuration: Configuration
  private var engine: Engine
  private var cgroups: CgroupWatch?
  private var exporters: ExporterScraper?
  private var evaluation: EventLoop.TimerID?
  private var watchdog: Watchdog?
  private var signals: SignalWatcher?
  /// Stands at the end of the status sentence until it is mended.
  private var note: String?
  private var lastStatus = ""
  private var downSince: [ServiceName: [ScrapeSource: Timestamp]] = [:]
  private var descriptions: [ServiceName: ServiceDescription] = [:]
  private var isStopping = false

  /// - Throws: what this host lacks, in one sentence with what to do about it.
  init(file: ConfigurationFile, configuration: Configuration) throws {
    self.file = file
    self.configuration = configuration
    host = configuration.host.name ?? HostFacts.hostName
    loop = try EventLoop()
    writer =
      configuration.journal.isEnabled
      ? RecordWriter() : RecordWriter(destination: .standardError)
    client = LazyHTTPClient(loop: loop)
    transport = SinkTransport(client: client)
    transport.adopt(configuration)
    engine = Engine(settings: EngineSettings(configuration, host: host))
    let state = StateOpening(configuration)
    let writer = writer
    courier = Courier(
      transport: transport, outbox: state.outbox, surroundings: .live(on: loop),
      onEvent: { event in
        if let record = event.record { writer.write(record, at: SystemClock.wallTime()) }
      })
    // Without a sink nothing is ever queued, and whether there is a state matters to nobody.
    if !configuration.sinks.isEmpty { state.records.forEach(tell) }
    cgroups = try cgroupWatch(configuration)
    exporters = ExporterScraper(
      loop: loop, client: { [client] () throws(HTTPFailure) in try client.get() },
      onReport: { [weak self] report in self?.take(report) })
  }

  /// Runs until SIGTERM or SIGINT.
  func run() throws {
    signals = try SignalWatcher([.hangup, .terminate, .interrupt], loop: loop) { [weak self] in
      $0 == .hangup ? self?.reload() : self?.stop($0)
    }
    watchdog = Watchdog(loop: loop, patience: Self.patience(configuration))
    courier.start(sinks: SinkFactory.sinks(configuration))
    startSources()
    let status = sentence()
    lastStatus = status
    ServiceManager.announceReady(status: status)
    tell(
      JournalRecord(
        .started, message: "LeakWatch \(LeakWatch.version) watches this host: \(status)",
        details: [.init("LEAKWATCH_VERSION", LeakWatch.version)]))
    try loop.run()
  }
}

// MARK: - Sources

extension Daemon {
  private func cgroupWatch(_ configuration: Configuration) throws(CgroupSetupError) -> CgroupWatch?
  {
    guard configuration.cgroups.isEnabled else { return nil }
    return try CgroupWatch(configuration, loop: loop) { [weak self] events, problems, now in
      self?.take(events, at: now)
      for problem in problems { self?.tellProblem(problem) }
    }
  }

  private func startSources() {
    cgroups?.start()
    exporters?.use(configuration.exporters.map(ExporterTarget.init))
    evaluate()
  }

  private func take(_ report: ExporterReport) {
    if let problem = report.problem { tellProblem(problem) }
    guard let result = report.result else { return }
    if let runtime = report.recognised {
      var description = description(result.service)
      description.runtime = runtime.rawValue
      take([.described(description)], at: result.timestamp)
    }
    take([.scraped(result)], at: result.timestamp)
  }

  private func evaluate() {
    take([.evaluate], at: SystemClock.wallTime())
    reportStatus()
    let interval = configuration.rules.evaluationInterval
    let tolerance = min(TimeSpan.seconds(2), TimeSpan(milliseconds: interval.milliseconds / 10))
    evaluation = loop.schedule(after: interval, tolerance: tolerance) { [weak self] in
      self?.evaluate()
    }
  }

  private func take(_ events: [Event], at now: Timestamp) {
    for event in events {
      let effects = engine.handle(known(event), at: now)
      // A kill while the alert of an earlier one still fires is no news to the sinks, but it is
      // to the journal.
      if case .oomKilled(let name, let kill) = event, effects.isEmpty { tellKill(kill, of: name) }
      perform(effects)
    }
    watchdog?.noteProgress()
  }

  /// A description joined with what another source has told of the service before.
  private func known(_ event: Event) -> Event {
    guard case .described(var description) = event else { return event }
    let before = self.description(description.name)
    description.runtime = description.runtime ?? before.runtime
    description.cgroupPath = description.cgroupPath ?? before.cgroupPath
    description.unit = description.unit ?? before.unit
    description.invocationID = description.invocationID ?? before.invocationID
    descriptions[description.name] = description
    return .described(description)
  }

  /// How long may pass without a scrape before the loop counts as stuck.
  private static func patience(_ configuration: Configuration) -> TimeSpan {
    var intervals = [configuration.rules.evaluationInterval]
    if configuration.cgroups.isEnabled { intervals.append(configuration.cgroups.interval) }
    let longest = intervals.max() ?? .minutes(1)
    return TimeSpan(milliseconds: longest.milliseconds * 2) + .seconds(10)
  }
}

// MARK: - Effects

extension Daemon {
  private func perform(_ effects: [Effect]) {
    var alerts: [Alert] = []
    for effect in effects {
      switch effect {
      case .transition: break
      case .notify(let alert):
        tell(JournalRecord(alert))
        alerts.append(alert)
      case .targetDown(let service, let source, let reason):
        downSince[service, default: [:]][source] = SystemClock.wallTime()
        tell(.targetDown(source.text, of: description(service), reason: reason))
      case .targetUp(let service, let source):
        let since = downSince[service]?.removeValue(forKey: source)
        let outage = since.map { SystemClock.wallTime() - $0 } ?? .zero
        tell(.targetUp(source.text, of: description(service), after: outage))
      case .leftOut(let leftOut): tell(.leftOut(leftOut))
      }
    }
    if !alerts.isEmpty { courier.notify(alerts) }
  }

  private func description(_ service: ServiceName) -> ServiceDescription {
    descriptions[service] ?? ServiceDescription(name: service)
  }

  private func tell(_ record: JournalRecord) {
    writer.write(record, at: SystemClock.wallTime())
  }

  private func tellProblem(_ problem: String) {
    tell(JournalRecord(.sourceProblem, message: problem))
  }

  private func tellKill(_ kill: OOMKill, of service: ServiceName) {
    let times = kill.count == 1 ? "a process" : "\(kill.count) processes"
    tell(
      JournalRecord(
        .oomKill,
        message: "\(service): the kernel killed \(times) for want of memory "
          + "(\(kill.evidence))",
        details: JournalRecord.fields(of: description(service))))
  }

  private func sentence() -> String {
    StatusSentence.describe(engine.overview(), note: note)
  }

  private func reportStatus() {
    let sentence = sentence()
    guard sentence != lastStatus else { return }
    lastStatus = sentence
    ServiceManager.report(status: sentence)
  }
}

// MARK: - Signals

extension Daemon {
  private func reload() {
    ServiceManager.announceReloading()
    do {
      let outcome = try file.load()
      if let configuration = outcome.configuration {
        try adopt(configuration)
        note = nil
        let warnings = outcome.diagnostics.map { "\n  \($0)" }.joined()
        tell(
          JournalRecord(
            .configurationReloaded, message: "the configuration was reloaded\(warnings)"))
      } else {
        reject(outcome.diagnostics.map(\.description))
      }
    } catch {
      reject(["\(error)"])
    }
    lastStatus = sentence()
    ServiceManager.announceReady(status: lastStatus)
  }

  private func reject(_ reasons: [String]) {
    note = "the changed configuration was rejected, the old one goes on"
    tell(.configurationRejected(path: file.path ?? "", reasons: reasons))
  }

  /// Takes over all of a new configuration, or nothing of it.
  private func adopt(_ new: Configuration) throws {
    let isSameTree =
      new.cgroups == configuration.cgroups && new.names == configuration.names
      && new.exporters.map(\.cgroup) == configuration.exporters.map(\.cgroup)
    let newCgroups = isSameTree ? cgroups : try cgroupWatch(new)
    let before = (cgroups?.services ?? []).union(configuration.exporters.map(\.service))
    configuration = new
    perform(
      engine.handle(
        .reconfigured(EngineSettings(new, host: host)), at: SystemClock.wallTime()))
    transport.adopt(new)
    courier.use(sinks: SinkFactory.sinks(new))
    watchdog?.adopt(patience: Self.patience(new))
    if !isSameTree {
      cgroups?.stop()
      cgroups = newCgroups
      cgroups?.start()
    }
    exporters?.use(new.exporters.map(ExporterTarget.init))
    let watched = (cgroups?.services ?? []).union(new.exporters.map(\.service))
    take(before.subtracting(watched).sorted().map(Event.ended), at: SystemClock.wallTime())
    if let evaluation { loop.cancel(evaluation) }
    evaluate()
  }

  private func stop(_ signal: SignalWatcher.Signal) {
    // A second Ctrl-C is from someone who does not want to wait for deliveries.
    if isStopping { return loop.stop() }
    isStopping = true
    ServiceManager.announceStopping(status: "delivering what can still be delivered")
    cgroups?.stop()
    exporters?.stop()
    if let evaluation { loop.cancel(evaluation) }
    courier.drain(within: Self.drainTime) { [weak self] result in
      guard let self else { return }
      let kept =
        result.keptCount == 0 ? "" : ": \(result.keptCount) alerts are kept for the next start"
      tell(JournalRecord(.stopping, message: "LeakWatch stops\(kept)"))
      loop.stop()
    }
  }
}
