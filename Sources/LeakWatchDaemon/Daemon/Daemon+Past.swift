internal import Alerting
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// What is older than this is history, which comes to disk with the records of its services.
  private static let historyAge = TimeSpan.hours(1)

  /// Takes up where an earlier run left off.
  func restorePast() {
    guard let past else { return }
    ServiceManager.report(status: "reading the past of the services back")
    do {
      let (services, faults) = try past.restore(&engine, at: SystemClock.wallTime())
      for service in services where service.cgroupPath != nil || service.runtime != nil {
        descriptions[service.name] = service
      }
      unseen = Set(services.map(\.name))
      if !faults.isEmpty { tell(.pastDamaged(faults)) }
    } catch {
      tell(.pastNotRead(reason: "\(error)"))
    }
  }

  /// Those of an earlier run that no source tells of any more have ended.
  func watchForUnseen() {
    guard !unseen.isEmpty else { return }
    // Long enough for every source to have looked twice.
    loop.schedule(after: Self.patience(configuration), tolerance: .seconds(2)) { [weak self] in
      self?.endUnseen()
    }
  }

  /// What the Engine takes in must come to disk.
  func note(_ event: Event) {
    switch event {
    case .scraped(let result):
      unseen.remove(result.service)
      // A Prometheus server is counted by its rounds.
      if let kind = result.source.kind, kind != .prometheus {
        tally.noteScrape(of: kind, isUp: result.isUp)
      }
      let age = SystemClock.wallTime() - result.timestamp
      let isHistory = age >= Self.historyAge || servers?.isReadingHistory == true
      if !isHistory { past?.note(result) }
    case .described(let description): unseen.remove(description.name)
    default: break
    }
  }

  /// Where an alert stands is written at once, after its notification: a crash in between tells it
  /// twice under the same id, never not at all.
  func keepAlerts(of effects: [Effect]) {
    var changed: Set<ServiceName> = []
    for effect in effects {
      switch effect {
      case .transition(let transition): changed.insert(transition.key.service)
      case .fixStep(let service, _): changed.insert(service)
      case .notify(let alert): changed.insert(alert.key.service)
      default: break
      }
    }
    guard !changed.isEmpty else { return }
    past?.keep(changed.sorted(), of: engine, at: SystemClock.wallTime())
  }

  /// Services that went while nobody watched.
  private func endUnseen() {
    let gone = unseen.sorted()
    unseen = []
    take(gone.map(Event.ended), at: SystemClock.wallTime())
  }
}
