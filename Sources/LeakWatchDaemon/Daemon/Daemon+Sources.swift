internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  func cgroupWatch(_ configuration: Configuration) throws(CgroupSetupError) -> CgroupWatch? {
    guard configuration.cgroups.isEnabled else { return nil }
    return try CgroupWatch(configuration, loop: loop) { [weak self] events, problems, now in
      self?.take(events, at: now)
      for problem in problems { self?.tellProblem(problem) }
    }
  }

  func startLiveSources() {
    isLive = true
    watchForUnseen()
    cgroups?.start()
    discovery?.use(configuration.exporterDiscoveries)
    useExporters()
    evaluate()
  }

  func take(_ report: ExporterReport) {
    if let problem = report.problem { tellProblem(problem) }
    guard let result = report.result else { return }
    if let runtime = report.recognised {
      var description = description(result.service)
      description.runtime = runtime.rawValue
      take([.described(description)], at: result.timestamp)
    }
    take([.scraped(result)], at: result.timestamp)
  }

  func evaluate() {
    let begin = SystemClock.monotonicNanoseconds()
    engine.wishedWords = courier.wishedWords(within: configuration.rules.evaluationInterval)
    lookAtSelf()
    take([.evaluate], at: SystemClock.wallTime())
    tally.noteEvaluation(
      at: SystemClock.wallTime(),
      seconds: Double(SystemClock.monotonicNanoseconds() - begin) / 1e9)
    gatherEvidence()
    forgetGone()
    restartWhatIsDue()
    endSilences()
    let firing = engine.firingAlerts()
    courier.confirm(firing: firing)
    history.chronicle.confirm(firing, at: SystemClock.wallTime()) { engine.slope(of: $0) }
    let wasDegraded = !stateTroubles.isEmpty
    renewState()
    past?.keep(engine, at: SystemClock.wallTime())
    history.keep(at: SystemClock.wallTime())
    if wasDegraded != !stateTroubles.isEmpty { lookAtSelf() }
    beat()
    reportStatus()
    let interval = configuration.rules.evaluationInterval
    let tolerance = min(TimeSpan.seconds(2), TimeSpan(milliseconds: interval.milliseconds / 10))
    evaluation = loop.schedule(after: interval, tolerance: tolerance) { [weak self] in
      self?.evaluate()
    }
  }

  /// What is told of services that nobody knows any more is forgotten.
  private func forgetGone() {
    let names = engine.serviceNames
    guard descriptions.count > names.count else { return }
    let known = Set(names)
    descriptions = descriptions.filter { known.contains($0.key) }
    downSince = downSince.filter { known.contains($0.key) }
    killsSeen = killsSeen.filter { known.contains($0.key) }
  }

  /// What comes of them is told together: a sweep that finds many troubles waits for the disk once.
  func take(_ events: [Event], at now: Timestamp) {
    followClock()
    var all: [Effect] = []
    for event in events {
      note(event)
      let effects = engine.handle(known(event), at: now)
      // A kill while the alert of an earlier one still fires is no news to the sinks, but it is
      // to the journal.
      if case .oomKilled(let name, let kill) = event {
        noteKill(kill, of: name, at: now)
        if effects.isEmpty { tellKill(kill, of: name) }
      }
      all += effects
    }
    perform(all)
    watchdog?.noteProgress()
  }

  /// A description joined with what another source has told of the service before.
  func known(_ event: Event) -> Event {
    guard case .described(var description) = event else { return event }
    let before = self.description(description.name)
    description.runtime = description.runtime ?? before.runtime
    description.cgroupPath = description.cgroupPath ?? before.cgroupPath
    description.cgroupRoot = description.cgroupRoot ?? before.cgroupRoot
    description.unit = description.unit ?? before.unit
    description.invocationID = description.invocationID ?? before.invocationID
    descriptions[description.name] = description
    return .described(description)
  }

  /// How long may pass without a scrape before the loop counts as stuck.
  static func patience(_ configuration: Configuration) -> TimeSpan {
    var intervals = [configuration.rules.evaluationInterval]
    if configuration.cgroups.isEnabled { intervals.append(configuration.cgroups.interval) }
    // While history is read nothing else notes progress: one request may take its time, thrice.
    intervals += configuration.prometheusServers.map { server in
      TimeSpan(milliseconds: server.timeout.milliseconds * 2)
    }
    let longest = intervals.max() ?? .minutes(1)
    return TimeSpan(milliseconds: longest.milliseconds * 2) + .seconds(10)
  }
}
