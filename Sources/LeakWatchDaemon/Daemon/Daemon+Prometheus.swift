internal import Alerting
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  /// A kill that is older was somebody else's alert.
  private static let freshKill = TimeSpan.minutes(15)

  /// Begins with the history, so that nothing live stands before it in the windows; then the other
  /// sources, the rules, and the word that the service is ready.
  func startSources(then ready: @escaping () -> Void) {
    servers = PrometheusWatch(
      loop: loop, client: client,
      newest: { [weak self] source in self?.engine.newestMoment(of: source) },
      onReport: { [weak self] report in self?.take(report) })
    servers?.use(configuration.prometheusServers.map(PrometheusTarget.init)) { news in
      ServiceManager.extendTimeout(by: .seconds(30))
      ServiceManager.report(status: news)
    } then: { [weak self] in
      guard let self, !isStopping else { return }
      // A restart must not have to read it again.
      if !configuration.prometheusServers.isEmpty {
        past?.keepAll(engine, at: SystemClock.wallTime())
      }
      startLiveSources()
      ready()
    }
  }

  func take(_ report: PrometheusReport) {
    for problem in report.problems { tellProblem(problem) }
    tally.noteScrape(of: .prometheus, isUp: report.failure == nil)
    noteState(of: report)
    var events: [Event] = []
    for service in report.services where isOurs(service.service) {
      describe(service.service, told: report.source)
      for moment in service.moments {
        let result = ScrapeResult(
          service: service.service, source: report.source, timestamp: moment.timestamp,
          incarnation: moment.incarnation, readings: moment.readings)
        events.append(.scraped(result))
      }
      events += kills(service, of: report)
    }
    for service in report.missed where isOurs(service) {
      events.append(
        .scraped(
          ScrapeResult(
            service: service, source: report.source, timestamp: report.moment,
            failure: report.failure ?? "no answer")))
    }
    for service in report.ended {
      toldServices[report.source]?.remove(service)
      guard !watchedServices.contains(service) else { continue }
      events.append(.ended(service))
      killsSeen[service] = nil
    }
    take(events, at: SystemClock.wallTime())
  }

  /// One record for a server, not one for each of its thousands of services.
  private func noteState(of report: PrometheusReport) {
    let name = report.source.text
    if let failure = report.failure {
      guard serversDown[report.source] == nil else { return }
      serversDown[report.source] = Outage(since: SystemClock.wallTime(), reason: failure)
      tell(
        .targetDown(
          name, of: ServiceDescription(name: ServiceName("prometheus")), reason: failure))
    } else if let since = serversDown.removeValue(forKey: report.source)?.since {
      tell(
        .targetUp(
          name, of: ServiceDescription(name: ServiceName("prometheus")),
          after: SystemClock.wallTime() - since))
    }
  }

  /// Of a shard its share; what this host's kernel knows of is watched by this host.
  private func isOurs(_ service: ServiceName) -> Bool {
    let isJoined = configuration.prometheusServers.contains { $0.cgroups[service] != nil }
    let group = ReplicaGroup.name(of: ServiceDescription(name: service)) ?? service
    return isJoined || configuration.watches(network: group.text)
  }

  /// What joins the server's view of a service with the kernel's.
  private func describe(_ service: ServiceName, told source: ScrapeSource) {
    guard toldServices[source, default: []].insert(service).inserted else { return }
    let cgroups = configuration.prometheusServers.compactMap { $0.cgroups[service] }
    guard let cgroup = cgroups.first else { return }
    take(
      [.described(ServiceDescription(name: service, cgroupPath: "/" + cgroup))],
      at: SystemClock.wallTime())
  }

  private func kills(_ service: ServiceMoments, of report: PrometheusReport) -> [Event] {
    var events: [Event] = []
    for moment in service.moments {
      guard
        let kills = moment.readings.first(where: { $0.signal == .oomKillsTotal })?.value
      else { continue }
      let before = killsSeen.updateValue(kills, forKey: service.service)
      let isFresh = SystemClock.wallTime() - moment.timestamp < Self.freshKill
      guard let before, kills > before, isFresh else { continue }
      events.append(
        .oomKilled(
          service.service,
          OOMKill(count: Int(kills - before), evidence: "\(report.source.text) counts it")))
    }
    return events
  }

  /// Services that any source tells of at present.
  var watchedServices: Set<ServiceName> {
    let told = toldServices.values.reduce(into: Set()) { $0.formUnion($1) }
    return told.union(cgroups?.services ?? []).union(scraped.map(\.service))
  }

  /// Takes over the servers of a changed configuration.
  func adoptServers() {
    let targets = configuration.prometheusServers.map(PrometheusTarget.init)
    let sources = Set(targets.map(\.source))
    toldServices = toldServices.filter { sources.contains($0.key) }
    serversDown = serversDown.filter { sources.contains($0.key) }
    servers?.use(targets)
  }
}
