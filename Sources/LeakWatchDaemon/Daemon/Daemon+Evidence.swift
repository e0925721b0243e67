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
    let sources = scraped.compactMap(profileSource).filter {
      seen.insert($0.subject.service).inserted
    }
    evidence?.advance(sources, at: SystemClock.wallTime())
  }

  /// nil for a target of which no heap profile can be taken.
  func profileSource(_ target: ExporterTarget) -> EvidenceKeeper.Source? {
    guard let origin = target.profileOrigin(runtime: description(target.service).runtime),
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
    case .tracemalloc: .slows
    case .inspector: .copiesHeap
    }
  }
}
