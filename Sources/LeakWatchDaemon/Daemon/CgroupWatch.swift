internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

/// Sweeps the cgroups at their interval and turns what it finds into events for the Engine.
final class CgroupWatch {
  private let sweeper: CgroupSweeper
  private let programs: UnitPrograms
  private let interval: TimeSpan
  /// Cgroup path to the service that another source joins it with.
  private let joined: [String: ServiceName]
  /// The sweeper's own name of a joined service to the joined one.
  private var renamed: [ServiceName: ServiceName] = [:]
  /// Those that are there, as of the last sweep.
  private(set) var services: Set<ServiceName> = []
  /// What to do with the events of one sweep, and with things to tell a person.
  private let onSweep: (_ events: [Event], _ problems: [String], _ at: Timestamp) -> Void
  private let loop: EventLoop
  private var timer: EventLoop.TimerID?

  /// - Throws: why no cgroup can be watched here, and what to do.
  init(
    _ configuration: Configuration, loop: EventLoop,
    onSweep: @escaping ([Event], [String], Timestamp) -> Void
  ) throws(CgroupSetupError) {
    var options = CgroupOptions()
    options.root = configuration.cgroups.root
    options.include = configuration.cgroups.include
    options.exclude = configuration.cgroups.exclude
    options.containerNames = configuration.names
    sweeper = try CgroupSweeper(options: options)
    programs = UnitPrograms(bus: SystemBus(loop: loop, followsJobs: false))
    interval = configuration.cgroups.interval
    joined = Self.joins(configuration)
    self.onSweep = onSweep
    self.loop = loop
  }

  deinit { stop() }

  /// Sweeps now and then at every interval.
  func start() {
    let begin = SystemClock.monotonic()
    sweepOnce()
    // Counted from the start of this sweep, so that its length does not shift the next one.
    let spent = SystemClock.monotonic() - begin
    let tolerance = min(TimeSpan.seconds(1), TimeSpan(milliseconds: interval.milliseconds / 20))
    timer = loop.schedule(after: max(.zero, interval - spent), tolerance: tolerance) {
      [weak self] in self?.start()
    }
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func sweepOnce() {
    let now = SystemClock.wallTime()
    let sweep = sweeper.sweep(at: now)
    var events: [Event] = []
    if !sweep.appeared.isEmpty { askForPrograms(of: sweep) }
    for var description in sweep.appeared {
      if let path = description.cgroupPath, let service = joined[path] {
        renamed[description.name] = service
        description.name = service
      }
      services.insert(description.name)
      events.append(.described(description))
    }
    for var result in sweep.results {
      if let program = programs.program(of: result.service) {
        result.build = result.build ?? BuildMarks()
        result.build?.program = program
      }
      result.service = name(result.service)
      events.append(.scraped(result))
    }
    for kill in sweep.oomKills {
      let evidence = kill.attribution.evidence
      events.append(.oomKilled(name(kill.service), OOMKill(count: kill.count, evidence: evidence)))
    }
    for service in sweep.ended {
      programs.forget(service)
      services.remove(name(service))
      events.append(.ended(name(service)))
    }
    onSweep(events, sweep.problems, now)
  }

  private func askForPrograms(of sweep: CgroupSweep) {
    let lives = Dictionary(sweep.results.map { ($0.service, $0.incarnation) }) { first, _ in first }
    for service in sweep.appeared {
      programs.ask(about: service, startedAt: lives[service.name]??.startedAt)
    }
  }

  private func name(_ service: ServiceName) -> ServiceName { renamed[service] ?? service }

  static func joins(_ configuration: Configuration) -> [String: ServiceName] {
    var joins: [String: ServiceName] = [:]
    for server in configuration.prometheusServers {
      for (service, cgroup) in server.cgroups { joins["/" + cgroup] = service }
    }
    for exporter in configuration.exporters {
      if let cgroup = exporter.cgroup { joins["/" + cgroup] = exporter.service }
    }
    return joins
  }
}

extension CgroupOOMKill.Attribution {
  /// How a kill is known, for a person.
  fileprivate var evidence: String {
    switch self {
    case .counter: "its own counter of OOM kills rose"
    case .parentCounter:
      "its cgroup is gone or new, and its parent counted kills that no living child explains"
    case .hostCounter:
      "the host counted a kill, and this was the only cgroup to vanish near its limit"
    case .slice(let candidates) where candidates.isEmpty: "counted by the slice alone"
    case .slice(let candidates):
      "counted by the slice; one of " + candidates.map(\.text).joined(separator: ", ")
    }
  }
}
