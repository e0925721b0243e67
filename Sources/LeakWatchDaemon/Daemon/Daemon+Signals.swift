internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  func reload() {
    ServiceManager.announceReloading()
    do {
      let outcome = try file.load()
      if let configuration = outcome.configuration {
        try adopt(configuration)
        note = nil
        tally.rejection = nil
        tally.configuredAt = SystemClock.wallTime()
        let warnings = outcome.diagnostics.map { "\n  \($0)" }.joined()
        tell(
          JournalRecord(
            .configurationReloaded, message: "the configuration was reloaded\(warnings)"))
      } else {
        reject(
          outcome.diagnostics.map(\.description),
          mistakes: outcome.diagnostics.count { $0.severity == .error })
      }
    } catch {
      reject(["\(error)"], mistakes: 1)
    }
    lookAtSelf()
    lastStatus = sentence()
    ServiceManager.announceReady(status: lastStatus)
  }

  func reject(_ reasons: [String], mistakes: Int) {
    tally.rejection = DaemonTally.Rejection(
      at: SystemClock.wallTime(), mistakes: mistakes)
    note = "the changed configuration was rejected, the old one goes on"
    tell(.configurationRejected(path: file.path ?? "", reasons: reasons))
  }

  /// Takes over all of a new configuration, or nothing of it.
  func adopt(_ new: Configuration) throws {
    let isSameTree =
      new.cgroups == configuration.cgroups && new.names == configuration.names
      && CgroupWatch.joins(new) == CgroupWatch.joins(configuration)
    let newCgroups = isSameTree ? cgroups : try cgroupWatch(new)
    let watchedBefore = watchedServices
    configuration = new
    host = Self.hostName(new)
    perform(
      engine.handle(
        .reconfigured(EngineSettings(new, host: host)), at: SystemClock.wallTime()))
    transport.adopt(new)
    evidence?.adopt(new.profiles)
    restarts?.adopt(new)
    courier.waitingLimit = new.outbox.maximumAlerts
    courier.use(sinks: SinkFactory.sinks(new))
    deliveries.adopt(Set(courier.waitingCounts.keys))
    leftOut = nil
    heartbeat.use(new.heartbeat)
    page?.use(new.status)
    watchdog?.adopt(patience: Self.patience(new))
    if !isSameTree {
      cgroups?.stop()
      cgroups = newCgroups
      if isLive { cgroups?.start() }
    }
    adoptServers()
    // While history is being read, the rest begins with the new configuration after it.
    guard isLive else { return }
    discovery?.use(new.exporterDiscoveries)
    useExporters()
    take(
      watchedBefore.subtracting(watchedServices).sorted().map(Event.excluded),
      at: SystemClock.wallTime())
    if let evaluation { loop.cancel(evaluation) }
    evaluate()
  }

  func stop(_ signal: SignalWatcher.Signal) {
    // A second Ctrl-C is from someone who does not want to wait for deliveries.
    if isStopping { return loop.stop() }
    isStopping = true
    ServiceManager.announceStopping(status: "delivering what can still be delivered")
    cgroups?.stop()
    discovery?.stop()
    exporters?.stop()
    servers?.stop()
    evidence?.stop()
    restarts?.stop()
    if let evaluation { loop.cancel(evaluation) }
    renewState(isLast: true)
    past?.keepAll(engine, at: SystemClock.wallTime())
    history.keep(at: SystemClock.wallTime(), all: true)
    // What has failed just now.
    renewState(isLast: true)
    courier.drain(within: Self.drainTime) { [weak self] result in
      guard let self else { return }
      page?.stop()
      renewState(isLast: true)
      let kept =
        result.keptCount == 0 ? "" : ": \(result.keptCount) alerts are kept for the next start"
      tell(JournalRecord(.stopping, message: "LeakWatch stops\(kept)"))
      loop.stop()
    }
  }
}
