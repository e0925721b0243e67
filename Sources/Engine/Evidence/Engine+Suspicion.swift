internal import Alerting
internal import Detectors
package import TimeSeries

extension Engine {
  /// What the plan of profiles must know of a service; nil where this source never told of it, or
  /// the service has ended.
  package func profileSubject(of name: ServiceName, toldBy source: ScrapeSource) -> ProfileSubject?
  {
    guard let state = service(name), state.endedAt == nil, let told = state.sources[source],
      let toldAt = told.toldAt
    else { return nil }
    var room: Double?
    if let limit = state.limitBytes, let memory = state.memoryBytes { room = limit - memory }
    return ProfileSubject(
      service: name, lifeBegan: told.incarnation?.startedAt, toldAt: toldAt, isUp: told.isUp,
      suspicion: suspicion(of: state), roomBytes: room,
      heapBytes: state.lastValue(.heapCommitted) ?? state.lastValue(.heapUsed) ?? state.memoryBytes,
      goroutines: state.lastValue(.goroutines))
  }

  /// An alert about the service's size that waits or fires, its own or that of its replicas.
  func suspicion(of state: ServiceState) -> ProfileSubject.Suspicion? {
    let kinds = AlertKind.allCases.filter { kind in
      guard kind.isAboutSize, let alert = state.alerts[kind] else { return false }
      return alert.state != .inactive
    }
    let group = state.group.flatMap { groups[$0] }
    let isOneOfGrowing =
      group.map { $0.alert.state != .inactive } == true
      && state.growthOutcome?.value.finding.condition == .met
    guard !kinds.isEmpty || isOneOfGrowing else { return nil }
    let slopes = (kinds + (isOneOfGrowing ? [.memoryGrowth] : [])).compactMap {
      state.growth[$0]?.slopeBytesPerDay
    }
    return ProfileSubject.Suspicion(
      bytesPerDay: slopes.max() ?? state.verdict?.stored.value.growth.slopeBytesPerDay)
  }
}

extension ServiceState {
  /// Whether a window is kept of the signal or its newest sample alone.
  fileprivate func lastValue(_ signal: Signal) -> Double? {
    (windows[signal]?.lastSample ?? latest[signal])?.value
  }

  /// The checklist's last question, where there is something to say.
  var evidenceAnswers: [ChecklistAnswer] {
    let question = "Where does it grow?"
    if let evidence {
      var figures = [
        "old_bytes": Double(evidence.old.bytes), "new_bytes": Double(evidence.new.bytes),
        "seconds_between": (evidence.new.at - evidence.old.at).seconds,
      ]
      figures["delta_bytes"] = evidence.growers.first.map { Double($0.deltaBytes) }
      return [
        ChecklistAnswer(question: question, answer: evidence.conclusion, figures: figures)
      ]
    }
    guard let evidenceNote else { return [] }
    return [ChecklistAnswer(question: question, answer: "not known: \(evidenceNote)")]
  }
}
