internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

/// The running daemon: sources, Engine and delivery joined on one thread.
final class Daemon {
  /// SIGTERM ends within five seconds: this much for what can still be delivered.
  static let drainTime = TimeSpan.seconds(4)

  let file: ConfigurationFile
  let loop: EventLoop
  let writer: RecordWriter
  let client: LazyHTTPClient
  let transport: SinkTransport
  let courier: Courier
  var host: String
  var configuration: Configuration
  var engine: Engine
  var cgroups: CgroupWatch?
  var exporters: ExporterScraper?
  var servers: PrometheusWatch?
  var discovery: DiscoveryWatch?
  /// What `exporters` scrapes.
  var scraped: [ExporterTarget] = []
  var evaluation: EventLoop.TimerID?
  let past: PastKeeper?
  var evidence: EvidenceKeeper?
  let silences: SilenceKeeper
  let heartbeat: Heartbeat
  var restarts: RestartKeeper?
  /// Why there is no state, where one was asked for.
  var stateOutage: Outage?
  var renewal: StateRenewal?
  var questions: LocalServer?
  var page: StatusPageServer?
  var startedAt = SystemClock.wallTime()
  var tally = DaemonTally(configuredAt: SystemClock.wallTime())
  let deliveries = DeliveryTally()
  /// What happened to the services.
  let history: HistoryKeeper
  /// What does not fit into the memory for windows, as was last told.
  var leftOut: LeftOut?
  /// Successful scrapes when the last round was counted.
  var scrapesAtBeat = 0
  var endOfSilence: EventLoop.TimerID?
  /// Services of an earlier run that have not been seen in this one.
  var unseen: Set<ServiceName> = []
  let clock = FollowedClock()
  var watchdog: Watchdog?
  var signals: SignalWatcher?
  /// Stands at the end of the status sentence until it is mended.
  var note: String?
  var lastStatus = ""
  var downSince: [ServiceName: [ScrapeSource: Outage]] = [:]
  var descriptions: [ServiceName: ServiceDescription] = [:]
  /// Prometheus servers that do not answer, and since when.
  var serversDown: [ScrapeSource: Outage] = [:]
  /// Services that each Prometheus server tells of.
  var toldServices: [ScrapeSource: Set<ServiceName>] = [:]
  /// OOM kills that they have counted.
  var killsSeen: [ServiceName: Double] = [:]
  /// The history is read, and everything else has begun.
  var isLive = false
  var isStopping = false

  /// - Throws: what this host lacks, in one sentence with what to do about it.
  init(file: ConfigurationFile, configuration: Configuration) throws {
    self.file = file
    self.configuration = configuration
    host = Self.hostName(configuration)
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
    let deliveries = deliveries
    let clock = clock
    courier = Courier(
      transport: transport, outbox: state.outbox,
      surroundings: .live(on: loop, now: { clock.now }),
      onEvent: { event in
        deliveries.note(event, at: SystemClock.wallTime())
        if let record = event.record { writer.write(record, at: SystemClock.wallTime()) }
      })
    silences = SilenceKeeper(state.silences) { writer.write($0, at: SystemClock.wallTime()) }
    let history = HistoryKeeper(state.history) { writer.write($0, at: SystemClock.wallTime()) }
    self.history = history
    heartbeat = Heartbeat(client: client) { failure in
      writer.write(.heartbeat(failure), at: SystemClock.wallTime())
    }
    heartbeat.use(configuration.heartbeat)
    past = state.past.map { store in
      PastKeeper(store) { reason in
        if reason == nil { history.diskWorks() }
        let record = reason.map(JournalRecord.pastNotWritten) ?? .pastWritten
        writer.write(record, at: SystemClock.wallTime())
      }
    }
    renewal = state.database.map { StateRenewal($0) }
    stateOutage =
      StateOpening.isAskedFor(configuration)
      ? state.trouble.map { Outage(since: SystemClock.wallTime(), reason: $0) } : nil
    if StateOpening.isAskedFor(configuration) { state.records.forEach(tell) }
    cgroups = try cgroupWatch(configuration)
    exporters = ExporterScraper(
      loop: loop, client: { [client] () throws(HTTPFailure) in try client.get() },
      onReport: { [weak self] report in self?.take(report) })
    evidence = makeEvidenceKeeper()
    restarts = makeRestartKeeper(state.restarts)
    discovery = DiscoveryWatch(
      loop: loop, client: client, onChange: { [weak self] in self?.useExporters() },
      onProblem: { [weak self] in self?.tellProblem($0) })
  }

  /// Runs until SIGTERM or SIGINT.
  func run() throws {
    signals = try SignalWatcher([.hangup, .terminate, .interrupt], loop: loop) { [weak self] in
      $0 == .hangup ? self?.reload() : self?.stop($0)
    }
    watchdog = Watchdog(loop: loop, patience: Self.patience(configuration))
    courier.waitingLimit = configuration.outbox.maximumAlerts
    silences.load(at: SystemClock.wallTime())
    courier.start(sinks: SinkFactory.sinks(configuration), silences: silences.list)
    awaitEndOfSilence()
    restorePast()
    history.load(at: SystemClock.wallTime())
    restarts?.load(configuration, at: SystemClock.wallTime())
    openStatusSocket()
    openPage()
    loop.onWakeup = { [weak self] in self?.followClock() }
    startSources { [weak self] in self?.announceStarted() }
    try loop.run()
  }

  private func announceStarted() {
    let status = sentence()
    lastStatus = status
    ServiceManager.announceReady(status: status)
    MemoryAllocator.giveBackFreePages()
    CodePages.unmap()
    tell(
      JournalRecord(
        .started, message: "LeakWatch \(LeakWatch.version) watches this host: \(status)",
        details: [.init("LEAKWATCH_VERSION", LeakWatch.version)]))
  }

  static func hostName(_ configuration: Configuration) -> String {
    configuration.host.name ?? HostFacts.hostName
  }
}
