package import Alerting
internal import Detectors
package import TimeSeries

/// The fixes of leaks, watched.
extension Engine {
  /// The services whose leak somebody may call fixed under this name: the service itself, or the
  /// replicas of that name that leak or have taken the place of one. Empty where no `memory_growth` alert
  /// fires.
  package func leaking(_ name: ServiceName) -> [ServiceName] {
    let stems = Set(services.filter { $0.isCalled(name) }.compactMap(\.replicaStem))
    let successors = Set(stems.flatMap { self.successors(of: $0) })
    return services.indices.filter { index in
      let state = services[index]
      guard state.isCalled(name), state.endedAt == nil, let start = state.leakFiringSince else {
        return false
      }
      return state.fixState?.leak != nil || state.fix(ofEpisode: start) != nil
        || successors.contains(index)
    }.map { services[$0].description.name }.sorted()
  }

  /// Whether fixes are watched at all.
  package var watchesFixes: Bool { (settings.memoryGrowth?.rule.fix.watch ?? .zero) > .zero }

  package func fix(of name: ServiceName) -> FixReport? {
    service(name).flatMap { $0.fix(ofEpisode: $0.leakFiringSince)?.report }
  }

  mutating func claimFix(_ claim: FixClaim, of name: ServiceName, at now: Timestamp) -> [Effect] {
    guard let rule = settings.memoryGrowth?.rule.fix, rule.watch > .zero else { return [] }
    return leaking(name).flatMap { service -> [Effect] in
      let index = index(of: service)
      let stem = services[index].replicaStem
      let begun =
        if let stem, successors(of: stem).contains(index), let leaker = leakers(of: stem).first {
          adoptFix(index, from: leaker, .claim(claim), at: now)
        } else {
          Self.effects(of: services[index].claimFix(claim, rule, at: now), for: service)
        }
      return begun + evaluate(index, at: now)
    }
  }

  /// What a scrape shows of the build that runs.
  mutating func noteFix(of change: IncarnationChange, _ index: Int, at now: Timestamp) -> [Effect] {
    guard let rule = settings.memoryGrowth?.rule.fix else { return [] }
    // Known from the replicas' alert also before the first evaluation after a restart.
    if let stem = services[index].replicaStem, services[index].sharedFiringSince == nil {
      services[index].sharedFiringSince = groups[stem]?.alert.firingSince
    }
    return Self.effects(
      of: services[index].noteFix(of: change, rule, at: now),
      for: services[index].description.name)
  }

  /// Takes the growth rule's outcome to the alert of a service that is alone; replicas raise one for
  /// all.
  mutating func takeGrowth(_ outcome: RuleOutcome, _ index: Int, at now: Timestamp) -> [Effect] {
    services[index].growthOutcome = .stored(outcome)
    services[index].noteLeak(outcome)
    var effects: [Effect] = []
    if let rule = settings.memoryGrowth?.rule {
      effects = Self.effects(
        of: services[index].judgeFix(rule, at: now), for: services[index].description.name)
    }
    guard services[index].group == nil else { return effects }
    return effects
      + services[index].advanceGrowth(
        outcome, host: settings.host, wishedWords: wishedWords, at: now)
  }

  /// The same for the alert that replicas share while it fires.
  mutating func advance(
    _ group: inout ReplicaAlert, _ finding: ReplicaFinding, key: AlertKey, at now: Timestamp
  ) -> [Effect] {
    var effects: [Effect] = []
    var outcome = finding.outcome
    var service = services[finding.worst]
    var fixAt: Timestamp?
    if let start = group.alert.firingSince {
      effects = adoptFixes(in: key.service, at: now)
      let fix = ReplicaFix(
        group.members.filter { services[$0].endedAt == nil }.map { index in
          ReplicaFix.Member(
            index: index, isLeaking: services[index].fixState?.leak != nil,
            fix: services[index].fix(ofEpisode: start),
            holdsAlert: services[index].holdsAlert(at: now))
        })
      if let end = fix.end, let speaker = fix.speaker {
        return effects
          + group.alert.withdraw(
            key: key, because: end, service: services[speaker.index], host: settings.host, at: now)
      }
      fixAt = fix.newsAt
      let isNews = group.alert.isNews(fixAt: fixAt)
      if isNews, let speaker = fix.speaker {
        services[speaker.index].fixState?.fix?.noteTold(at: now)
        service = services[speaker.index]
        fixAt = service.fixState?.fix?.madeAt
      }
      outcome = outcome.under(fix.speaker?.watch, isHeld: fix.isHeld, isNews: isNews)
    }
    return effects
      + group.alert.advance(
        outcome, key: key, service: service, host: settings.host,
        evidenceAt: services[finding.worst].evidence?.madeAt, fixAt: fixAt, at: now,
        isWordingWished: wishedWords.contains(key))
  }

  /// Of the type and not of an Engine, which would be held while its services change, and so copied.
  static func effects(of steps: [FixStep], for service: ServiceName) -> [Effect] {
    steps.map { .fixStep(service, $0) }
  }
}

extension ServiceState {
  /// By its own name or the one that it shares with its replicas.
  fileprivate func isCalled(_ name: ServiceName) -> Bool {
    description.name == name || replicaStem == name
  }

  /// Takes the growth rule's outcome to this service's own alert.
  mutating func advanceGrowth(
    _ outcome: RuleOutcome, host: String, wishedWords: Set<AlertKey>, at now: Timestamp
  ) -> [Effect] {
    guard let alert = alerts[.memoryGrowth], let start = alert.firingSince else {
      return advance(outcome, host: host, wishedWords: wishedWords, at: now)
    }
    let fix = fix(ofEpisode: start)
    if let fix, fix.verdict == .fixed {
      return withdraw([.memoryGrowth], because: fix.conclusion, host: host, at: now)
    }
    let isNews = alert.isNews(fixAt: fix?.madeAt)
    if isNews { fixState?.fix?.noteTold(at: now) }
    let held = outcome.under(fix, isHeld: holdsAlert(at: now), isNews: isNews)
    return advance(held, host: host, wishedWords: wishedWords, at: now)
  }
}

extension RuleOutcome {
  /// What the alert that fires takes in place of this, as a fix has a say in it: while the alert is held
  /// what the rule no longer finds does not end it, and word of a fix is told whatever the rule finds.
  func under(_ fix: FixWatch?, isHeld: Bool, isNews: Bool) -> RuleOutcome {
    var outcome = self
    let isMet = finding.condition == .met
    if let fix, isNews {
      outcome.headline = fix.conclusion
      outcome.finding.condition = .met
      outcome.finding.reasons = [fix.conclusion, fix.change] + (isMet ? finding.reasons : [])
      outcome.finding.growing = finding.growing ?? fix.leak.growing
      if !isMet {
        outcome.finding.growth = GrowthFigures(slopeBytesPerDay: fix.figures?.slope)
        outcome.severity = .ticket
        outcome.storedVerdict = nil
      }
    } else if isHeld, finding.condition == .notMet {
      outcome.finding.condition = .insufficientData("a fix is watched, or what leaks runs on")
    }
    return outcome
  }
}
