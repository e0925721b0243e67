internal import Alerting
internal import Detectors
package import TimeSeries

/// What the plan of restarts must know of one instance.
package struct RestartSubject: Hashable, Sendable {
  package var service: ServiceName
  /// What its replicas have in common; its own name where it is alone.
  package var group: ServiceName
  /// What the list of targets that names it says of it.
  package var labels = LabelSet.empty
  /// The unit that systemd can restart; nil for everything else.
  package var unit: String?
  package var lifeBegan: Timestamp?
  /// When any source last told of it.
  package var toldAt: Timestamp?
  package var isUp = true
  package var memoryBytes: Double?
  /// What its growth alert says, while it fires.
  package var leak: String?
  package var isOOMImminent = false
  /// When somebody last said that the service is being deployed; nil where nobody did.
  package var deployedAt: Timestamp?

  package init(service: ServiceName, group: ServiceName) {
    self.service = service
    self.group = group
  }
}

/// What was seen of an instance by asking systemd and its health URL.
package struct RestartSight: Hashable, Sendable {
  package struct Unit: Hashable, Sendable {
    /// systemd's ActiveState.
    package var activeState: String
    package var invocation: String
    package var hasJob: Bool

    package init(activeState: String, invocation: String, hasJob: Bool) {
      self.activeState = activeState
      self.invocation = invocation
      self.hasJob = hasJob
    }
  }

  package var unit: Unit?
  /// When the unit was seen so.
  package var unitAt: Timestamp?
  /// systemd's result of the job: "done", "failed", "timeout", …
  package var jobResult: String?
  /// Why systemd or the receiver did not take the request.
  package var refusal: String?
  /// Why systemd did not say how the unit stands.
  package var lookFailure: String?
  package var isAccepted = false
  /// nil: not answered yet.
  package var health: Health?
  /// What was collected before the restart, in words; nil while it is under way.
  package var evidence: String?

  package enum Health: Hashable, Sendable {
    case well
    case ill(String)
  }

  package init() {}
}

extension Engine {
  /// Every living service that could be restarted, by name.
  package func restartSubjects() -> [RestartSubject] {
    services.filter { $0.endedAt == nil }.map { state in
      var subject = RestartSubject(
        service: state.description.name, group: state.replicaStem ?? state.description.name)
      subject.unit = Self.ownUnit(of: state.description)
      subject.lifeBegan = state.lifeBegan?.at
      subject.toldAt = state.sources.values.compactMap(\.toldAt).max()
      subject.isUp = state.sources.values.allSatisfy(\.isUp)
      subject.memoryBytes = state.memoryBytes
      subject.isOOMImminent = state.alerts[.oomImminent]?.state == .firing
      subject.leak = leakWords(of: state)
      return subject
    }.sorted { $0.service < $1.service }
  }

  /// The unit that is the service itself: not the one that it only lives in, as a user's service in
  /// user@1000.service does, or a container in its runtime's.
  private static func ownUnit(of service: ServiceDescription) -> String? {
    guard let unit = service.unit, unit.hasSuffix(".service"), let path = service.cgroupPath,
      path.hasSuffix("/\(unit)")
    else { return nil }
    return unit
  }

  private func leakWords(of state: ServiceState) -> String? {
    let isFiring =
      state.alerts[.memoryGrowth]?.state == .firing || state.groupFiringSince != nil
    // A restart would take from the watch over a fix what it compares.
    guard isFiring, !state.isFixWatched, let verdict = state.verdict?.stored.value,
      verdict.verdict.isAlerting
    else {
      return nil
    }
    let rate = verdict.growth.slopeBytesPerDay.map { ", +\(ByteCount($0))/day" } ?? ""
    return "\(verdict.verdict.rawValue) confirmed\(rate)"
  }

  /// Request rates of the last seven days of each instance of a group in which requests are counted.
  package func requestRates(ofGroup group: ServiceName, at now: Timestamp) -> [[QuietHours.Rate]] {
    services.compactMap { state in
      guard state.endedAt == nil, (state.replicaStem ?? state.description.name) == group,
        let window = state.rates[.requestsTotal]?.window
      else { return nil }
      let hour = window.shape.floorWidth
      let end = now.aligned(to: hour)
      let week = TimeSpan.days(7).milliseconds / hour.milliseconds
      let count = min(window.shape.floorCount, Int(clamping: week))
      let values = window.hourValues(endingAt: end, count: count)
      return values.enumerated().map { index, value in
        let back = TimeSpan(milliseconds: hour.milliseconds * Int64(count - index))
        return QuietHours.Rate(at: end - back, perSecond: value)
      }
    }
  }

  /// What a restart of the service would bring, as `max_uptime` says it; empty where it is unknown.
  package func restartWords(of name: ServiceName, at now: Timestamp) -> [String] {
    service(name)?.restartReasons(at: now) ?? []
  }
}
