internal import Alerting
internal import Detectors
internal import TimeSeries

/// Replicas that take the place of leaking ones under other names, as pods do in a deploy: they are held
/// against the leak of one that went.
extension Engine {
  /// Those that live and have come since their group's alert fires, without a leak or a fix of their own.
  func successors(of stem: ServiceName) -> [Int] {
    guard let start = groups[stem]?.alert.firingSince, !leakers(of: stem).isEmpty else { return [] }
    return services.indices.filter { index in
      let state = services[index]
      guard state.replicaStem == stem, state.endedAt == nil, state.fixState?.leak == nil,
        state.fix(ofEpisode: start) == nil, let first = state.lives.first
      else { return false }
      return (first.startedAt ?? first.seenAt) > start
    }
  }

  /// Watches the fix of each that is another build than what leaks.
  mutating func adoptFixes(in stem: ServiceName, at now: Timestamp) -> [Effect] {
    let leakers = leakers(of: stem)
    return successors(of: stem).flatMap { index -> [Effect] in
      let answers = leakers.map { services[index].isNewBuild(after: $0) }
      guard answers.contains(true), !answers.contains(false), let leaker = leakers.first else {
        return []
      }
      return adoptFix(
        index, from: leaker, .newBuild(services[index].buildWords(after: leaker)), at: now)
    }
  }

  mutating func adoptFix(
    _ index: Int, from leaker: ServiceState, _ cause: FixWatch.Cause, at now: Timestamp
  ) -> [Effect] {
    guard let rule = settings.memoryGrowth?.rule.fix, rule.watch > .zero,
      let stem = services[index].replicaStem, let start = groups[stem]?.alert.firingSince,
      let leak = leaker.fixState?.leak, let life = services[index].lives.last
    else { return [] }
    let since = life.startedAt ?? life.seenAt
    let watch = FixWatch(
      leak: leak,
      leaking: LeakingLives(
        build: leaker.lives.last?.build ?? BuildMarks(), from: since, until: since),
      episodeStart: start, cause: cause, since: since, rule: rule, at: now)
    return Self.effects(
      of: services[index].begin(watch), for: services[index].description.name)
  }

  /// Replicas whose leak is known, also those that have ended.
  func leakers(of stem: ServiceName) -> [ServiceState] {
    services.filter { $0.replicaStem == stem && $0.fixState?.leak != nil }
  }
}

extension ServiceState {
  /// By what their builds tell, else by the template of their pods.
  fileprivate func isNewBuild(after leaker: ServiceState) -> Bool? {
    let told = leaker.lives.last.flatMap { lives.last?.build.isNewBuild(after: $0.build) }
    if let told { return told }
    guard let template = ReplicaGroup.podTemplate(of: description),
      let before = ReplicaGroup.podTemplate(of: leaker.description)
    else { return nil }
    return template != before
  }

  fileprivate func buildWords(after leaker: ServiceState) -> String? {
    guard let life = lives.last else { return nil }
    let change = IncarnationChange(
      seenAt: life.seenAt, version: life.build.information?.version,
      versionBefore: leaker.lives.last?.build.information?.version)
    return change.words ?? ReplicaGroup.podTemplate(of: description).map { "pod template \($0)" }
  }
}
