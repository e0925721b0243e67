internal import Engine
internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  func makeEvidenceKeeper() -> EvidenceKeeper {
    EvidenceKeeper(
      configuration.profiles, stateDirectory: StateOpening.directory(configuration),
      loop: loop, client: client,
      onNews: { [weak self] events in
        guard !events.isEmpty else { return }
        self?.take(events, at: SystemClock.wallTime())
      },
      onProblem: { [weak self] in self?.tellProblem($0) })
  }

  /// Takes and compares the profiles that are due.
  func gatherEvidence() {
    guard !isStopping else { return }
    var seen: Set<ServiceName> = []
    let told = scraped.compactMap(profileSource).filter {
      seen.insert($0.subject.service).inserted
    }
    let silent = unknownSuspects(except: seen)
    evidence?.advance(told + silent, at: SystemClock.wallTime())
  }

  /// Services that grow, and whose exporter, if there is one, tells of no runtime: the helper finds out what is in them.
  private func unknownSuspects(except seen: Set<ServiceName>) -> [EvidenceKeeper.Source] {
    guard configuration.profiles.usesHelper, let cgroups else { return [] }
    let left = seen.union(scraped.filter { $0.profile == .off }.map(\.service))
    return cgroups.services.subtracting(left).sorted().compactMap { service in
      guard let cgroup = description(service).cgroupPath,
        var subject = engine.profileSubject(of: service, toldBy: .cgroup), subject.suspicion != nil
      else { return nil }
      let origin = ProfileOrigin.process(cgroup: cgroup)
      subject.burden = origin.burden
      return EvidenceKeeper.Source(subject: subject, target: nil, origin: origin)
    }
  }

  /// nil for a target of which no heap profile can be taken.
  func profileSource(_ target: ExporterTarget) -> EvidenceKeeper.Source? {
    let description = description(target.service)
    let cgroup = configuration.profiles.usesHelper ? description.cgroupPath : nil
    guard
      let origin = target.profileOrigin(runtime: description.runtime, helperCgroup: cgroup),
      var subject = engine.profileSubject(of: target.service, toldBy: target.source)
    else { return nil }
    subject.burden = origin.burden
    if subject.burden == .copiesHeap { subject.hostRoomBytes = Self.availableBytes }
    return EvidenceKeeper.Source(subject: subject, target: target, origin: origin)
  }
}

extension Daemon {
  /// On this host, where its inspectors are; nil where the kernel does not tell.
  private static var availableBytes: Double? {
    guard let meminfo = try? WholeFile.read("/proc/meminfo", limit: 64 << 10) else { return nil }
    return (try? CgroupHostMemory.parseAvailable(meminfo.span)).map { Double($0) }
  }
}

extension ProfileOrigin {
  fileprivate var burden: ProfileSubject.Burden {
    switch self {
    case .url: .light
    case .jvm: .stopsWorld
    case .process: .looksAtProcess
    case .tracemalloc: .slows
    case .inspector: .copiesHeap
    }
  }
}
