package import Alerting
package import Detectors
package import TimeSeries

/// (state, event) → effects. The daemon and a replay drive the same Engine; neither gives it a
/// clock, a file or a socket.
package struct Engine: Sendable {
  private(set) var settings: EngineSettings
  var services: [ServiceState] = []
  private var indices: [ServiceName: Int] = [:]
  private var budget: SeriesBudget
  private var hasEvaluated = false
  /// The growth alert of each group of replicas.
  var groups: [ServiceName: ReplicaAlert] = [:]
  /// What LeakWatch tells of itself.
  var ownAlerts: [AlertKind: ServiceAlert] = [:]
  /// Alerts that the next evaluation words anew, if their rule holds then.
  package var wishedWords: Set<AlertKey> = []

  package init(settings: EngineSettings) {
    self.settings = settings
    budget = SeriesBudget(limit: settings.seriesLimit)
  }

  package mutating func handle(_ event: Event, at now: Timestamp) -> [Effect] {
    switch event {
    case .scraped(let result):
      return scraped(result)
    case .described(let description):
      services[index(of: description.name)].description = description
      return []
    case .oomKilled(let name, let kill):
      let index = index(of: name)
      services[index].unseenKills.append(kill)
      return evaluate(index, at: now)
    case .ended(let name):
      if let index = indices[name] { services[index].endedAt = now }
      return []
    case .excluded(let name):
      return exclude(name, at: now)
    case .sourceEnded(let name, let source):
      // Whether it was up or down when it was taken out is of no interest any more.
      if let index = indices[name] { services[index].sources[source] = nil }
      return []
    case .looked(let conditions):
      return look(at: conditions, now: now)
    case .clockMoved(let span):
      clockMoved(by: span, to: now)
      return []
    case .evaluate:
      return evaluateAll(at: now)
    case .evidence(let name, let news):
      return take(news, of: name, at: now)
    case .fixClaimed(let name, let claim):
      return claimFix(claim, of: name, at: now)
    case .reconfigured(let settings):
      return reconfigure(settings, at: now)
    }
  }

  /// Series that are kept, of all services; a log counts for as many as its bytes are worth.
  package var seriesCount: Int { budget.used }

  /// The newest moment that a source has told of any service; nil where it never did.
  package func newestMoment(of source: ScrapeSource) -> Timestamp? {
    services.compactMap { $0.sources[source]?.toldAt }.max()
  }

  /// The state of every service, for status lines. Order is by name.
  package func overview() -> [ServiceOverview] {
    services.filter { $0.endedAt == nil }.map(ServiceOverview.init).sorted { $0.name < $1.name }
  }

  /// Memory in use and where it ends, in bytes, as `overview` tells them; nil where unknown.
  package func memory(of name: ServiceName) -> (bytes: Double?, limitBytes: Double?) {
    guard let index = indices[name], services[index].endedAt == nil else { return (nil, nil) }
    return (services[index].memoryBytes, services[index].limitBytes)
  }

  /// The newest verdict on a service; nil where none was made.
  package func verdict(on name: ServiceName) -> GrowthVerdict? {
    indices[name].flatMap { services[$0].verdict?.stored.value }
  }

  /// Every alert that fires, also of services that have ended and of replicas.
  package func firingAlerts() -> Set<AlertKey> {
    var keys: Set<AlertKey> = []
    for state in services {
      for (kind, alert) in state.alerts where alert.state == .firing {
        keys.insert(AlertKey(service: state.description.name, kind: kind))
      }
    }
    for (name, group) in groups where group.alert.state == .firing {
      keys.insert(AlertKey(service: name, kind: .memoryGrowth))
    }
    for (kind, alert) in ownAlerts where alert.state == .firing {
      keys.insert(AlertKey(service: Self.ownName, kind: kind))
    }
    return keys
  }

  func service(_ name: ServiceName) -> ServiceState? { indices[name].map { services[$0] } }

  mutating func index(of name: ServiceName) -> Int {
    if let known = indices[name] { return known }
    services.append(ServiceState(description: ServiceDescription(name: name)))
    indices[name] = services.count - 1
    return services.count - 1
  }

  private mutating func scraped(_ result: ScrapeResult) -> [Effect] {
    let index = index(of: result.service)
    let wasUp = services[index].note(isUp: result.isUp, result.source)
    guard result.isUp else {
      return wasUp
        ? [.targetDown(result.service, result.source, reason: result.failure ?? "no reason given")]
        : []
    }
    var effects: [Effect] = wasUp ? [] : [.targetUp(result.service, result.source)]
    let seen = services[index].ingest(result, settings: settings, budget: &budget)
    if let change = seen.newLife { effects.append(.restarted(result.service, change)) }
    if let change = seen.judgedBuild {
      effects.append(.buildJudged(result.service, change))
      effects += noteFix(of: change, index, at: result.timestamp)
    }
    return effects
  }

  private mutating func evaluateAll(at now: Timestamp) -> [Effect] {
    regroup()
    // A rule may also have been switched off while nobody watched.
    var effects = hasEvaluated ? [] : endWhatIsOff(at: now)
    hasEvaluated = true
    for index in services.indices { effects += evaluate(index, at: now) }
    for name in groups.keys.sorted(by: { $0.text < $1.text }) {
      effects += evaluate(group: name, at: now)
    }
    wishedWords = []
    forgetEnded(at: now)
    if let overflow = budget.unsaidOverflow() { effects.append(.leftOut(overflow)) }
    return effects
  }

  mutating func evaluate(_ index: Int, at now: Timestamp) -> [Effect] {
    var effects = services[index].hasNewLife ? abandonPending(index, at: now) : []
    services[index].hasNewLife = false
    for outcome in services[index].evaluate(settings, at: now) {
      effects +=
        outcome.kind == .memoryGrowth
        ? takeGrowth(outcome, index, at: now)
        : services[index].advance(
          outcome, host: settings.host, wishedWords: wishedWords, at: now)
    }
    forgetEvidence(index)
    return effects
  }

  /// People are told of what was found at once, as news of the alert that fires.
  private mutating func take(
    _ news: EvidenceNews, of name: ServiceName, at now: Timestamp
  ) -> [Effect] {
    guard let index = indices[name] else { return [] }
    switch news {
    case .none(let reason):
      services[index].evidenceNote = reason
      return []
    case .found(var evidence):
      // A third profile that says the same is no news.
      if let before = services[index].evidence, before.old == evidence.old,
        before.bearing == evidence.bearing
      {
        evidence.madeAt = before.madeAt
      } else {
        // Large profiles are compared for long: a sink that was told meanwhile does not know of it.
        evidence.madeAt = now
      }
      services[index].evidence = evidence
      services[index].evidenceNote = nil
      return evaluate(index, at: now)
    }
  }

  /// What was found belongs to the suspicion that it was looked for.
  private mutating func forgetEvidence(_ index: Int) {
    guard services[index].evidence != nil, suspicion(of: services[index]) == nil else { return }
    services[index].evidence = nil
  }

  /// Two services or more that live and share a name's stem are replicas of one another. A service
  /// whose own alert fires keeps it until that has resolved; so do replicas, though they become
  /// fewer: the last ones, alive or not, see their alert end.
  private mutating func regroup() {
    var alive: [ServiceName: [Int]] = [:]
    var ended: [ServiceName: [Int]] = [:]
    for index in services.indices {
      services[index].group = nil
      services[index].groupFiringSince = nil
      services[index].sharedFiringSince = services[index].replicaStem.flatMap {
        groups[$0]?.alert.firingSince
      }
      guard let name = services[index].replicaStem,
        services[index].alerts[.memoryGrowth]?.state != .firing
      else { continue }
      if services[index].endedAt == nil {
        alive[name, default: []].append(index)
      } else if isFiring(group: name) {
        ended[name, default: []].append(index)
      }
    }
    alive = alive.filter { $1.count > 1 || isFiring(group: $0) }
    let members = alive.merging(ended) { living, _ in living }
    groups = groups.filter { members[$0.key] != nil }
    for (name, indices) in members {
      for index in indices { services[index].group = name }
      groups[name, default: ReplicaAlert()].members = indices
    }
  }

  private func isFiring(group name: ServiceName) -> Bool { groups[name]?.alert.state == .firing }

  private mutating func evaluate(group name: ServiceName, at now: Timestamp) -> [Effect] {
    guard var group = groups[name] else { return [] }
    let members = group.members.compactMap { index in
      services[index].growthOutcome.map { outcome in
        ReplicaFinding.Member(
          index: index, name: services[index].description.name, outcome: outcome.value,
          lifeBegan: services[index].lives.last.map { $0.startedAt ?? $0.seenAt })
      }
    }
    guard let finding = ReplicaFinding(members) else { return [] }
    let key = AlertKey(service: name, kind: .memoryGrowth)
    let effects = advance(&group, finding, key: key, at: now)
    groups[name] = group
    for member in members where member.outcome.finding.condition == .met {
      services[member.index].growth[.memoryGrowth] = member.outcome.finding.growth
      services[member.index].groupFiringSince = group.alert.firingSince
    }
    for index in group.members where services[index].isFixWatched {
      services[index].groupFiringSince = group.alert.firingSince
    }
    return effects
  }

  /// `for` asks how long a condition holds in one life: it never spans a restart. What fires goes
  /// on, so that a restart does not silence an alert.
  private mutating func abandonPending(_ index: Int, at now: Timestamp) -> [Effect] {
    AlertKind.allCases.compactMap { kind in
      guard let change = services[index].alerts[kind]?.abandonPending(at: now) else { return nil }
      let key = AlertKey(service: services[index].description.name, kind: kind)
      return .abandoned(key, change, because: "the service was restarted")
    }
  }

  private mutating func clockMoved(by span: TimeSpan, to now: Timestamp) {
    for index in services.indices { services[index].clockMoved(by: span, to: now) }
    for name in groups.keys { groups[name]?.alert.clockMoved(by: span, to: now) }
    for kind in ownAlerts.keys { ownAlerts[kind]?.clockMoved(by: span, to: now) }
  }

  /// However short a life was, its service is remembered for so long.
  static let shortestMemory = TimeSpan.minutes(5)

  /// Services that are gone are forgotten once nothing about them fires and they have been gone for
  /// as long as they were known, a window at most: one that comes back soon is the same one, and jobs
  /// that live for seconds, under a name of their own each, leave no trace.
  private mutating func forgetEnded(at now: Timestamp) {
    let width = settings.windowShape.bucketWidth.milliseconds
    let memory = TimeSpan(milliseconds: width * Int64(settings.windowShape.bucketCount))
    let forgotten = services.indices.filter { index in
      guard let endedAt = services[index].endedAt else { return false }
      let known = services[index].lives.first.map { endedAt - $0.seenAt } ?? memory
      guard now - endedAt > min(memory, max(known, Self.shortestMemory)) else { return false }
      if let group = services[index].group, isFiring(group: group) { return false }
      return services[index].alerts.values.allSatisfy { $0.state != .firing }
    }
    if forgotten.isEmpty { return }
    for index in forgotten.reversed() {
      let state = services.remove(at: index)
      budget.release(state.seriesCount(settings), of: state.description.name)
    }
    indices = Dictionary(
      uniqueKeysWithValues: services.enumerated().map { ($1.description.name, $0) })
  }

  /// A service as it was before a restart of the daemon takes the place of what is known of it.
  mutating func adopt(restored state: ServiceState) {
    let name = state.description.name
    let index = index(of: name)
    budget.release(services[index].seriesCount(settings), of: name)
    services[index] = state
    services[index].drop(exceeding: settings, budget: &budget)
  }

  private mutating func exclude(_ name: ServiceName, at now: Timestamp) -> [Effect] {
    guard let index = indices[name] else { return [] }
    services[index].endedAt = services[index].endedAt ?? now
    let reason = "the service is no longer watched: a reload took it out of the configuration"
    var effects = services[index].withdraw(
      AlertKind.allCases, because: reason, host: settings.host, at: now)
    let isAlone = !services.contains { $0.group == services[index].group && $0.endedAt == nil }
    if let group = services[index].group, isAlone {
      effects += withdraw(group: group, because: reason, at: now)
    }
    return effects
  }

  /// Ends the alert that replicas share.
  private mutating func withdraw(
    group name: ServiceName, because reason: String, at now: Timestamp
  ) -> [Effect] {
    guard let worst = groups[name]?.members.first else { return [] }
    return groups[name]?.alert.withdraw(
      key: AlertKey(service: name, kind: .memoryGrowth), because: reason,
      service: services[worst], host: settings.host, at: now) ?? []
  }

  private mutating func reconfigure(_ settings: EngineSettings, at now: Timestamp) -> [Effect] {
    let old = self.settings
    self.settings = settings
    budget.limit = settings.seriesLimit
    for index in services.indices {
      services[index].adopt(settings, after: old, budget: &budget)
    }
    return endWhatIsOff(at: now)
  }

  static let switchedOff = "the rule was switched off"

  /// Alerts whose rule no longer runs: nothing would ever end them.
  private mutating func endWhatIsOff(at now: Timestamp) -> [Effect] {
    let off = settings.kindsThatAreOff
    var effects: [Effect] = []
    for index in services.indices {
      effects += services[index].withdraw(
        off, because: Self.switchedOff, host: settings.host, at: now)
    }
    guard off.contains(.memoryGrowth) else { return effects }
    for name in groups.keys.sorted() {
      effects += withdraw(group: name, because: Self.switchedOff, at: now)
    }
    return effects
  }
}
