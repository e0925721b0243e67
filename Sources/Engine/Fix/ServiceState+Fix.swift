internal import Alerting
internal import Detectors
internal import TimeSeries

/// The leak of one service, and what is taken for its fix.
struct FixState: Hashable, Sendable {
  /// The leak as the growth alert that fires knows it.
  var leak: LeakReference?
  /// The newest fix, open or decided.
  var fix: FixWatch?
  /// When it was last restarted with the same build while its alert fired.
  var plainRestartAt: Timestamp?
  /// Until then nothing ends the alert but a fix: the build that leaks runs on, or a fix has failed,
  /// and the rule needs a life that is old enough to say so itself.
  var heldUntil: Timestamp?
}

extension ServiceState {
  /// Since when the growth alert that speaks for this service fires; nil where none does.
  var leakFiringSince: Timestamp? {
    alerts[.memoryGrowth]?.firingSince ?? sharedFiringSince
  }

  /// Whether nothing ends the growth alert at this moment but a fix.
  func holdsAlert(at now: Timestamp) -> Bool {
    isFixWatched || fixState?.heldUntil.map { now < $0 } ?? false
  }

  var isFixWatched: Bool { fixState?.fix?.isOpen ?? false }

  /// The fix that belongs to the episode that began then.
  func fix(ofEpisode start: Timestamp?) -> FixWatch? {
    fixState?.fix.flatMap { start == nil || $0.episodeStart == start ? $0 : nil }
  }

  /// What came before this is no evidence against the service any more; nil where all is.
  var judgedFrom: Timestamp? {
    fixState?.fix.flatMap { $0.hidesThePast ? $0.since : nil }
  }

  /// Takes what the growth rule found: the leak is known from it while the alert fires.
  mutating func noteLeak(_ outcome: RuleOutcome) {
    let start = leakFiringSince
    if var known = fixState {
      if start == nil {
        known.leak = nil
        known.plainRestartAt = nil
        known.heldUntil = nil
      }
      // Nobody waits for a verdict on what does not fire.
      if let fix = known.fix, fix.isOpen, fix.episodeStart != start { known.fix = nil }
      if known != fixState { fixState = known == FixState() ? nil : known }
    }
    guard start != nil, !isFixWatched, outcome.finding.condition == .met,
      let leak = outcome.verdict.flatMap(LeakReference.init), leak != fixState?.leak
    else { return }
    var known = fixState ?? FixState()
    known.leak = leak
    fixState = known
  }

  /// Whether the newest life is a new build is known: a fix, a plain restart, or the leak again.
  mutating func noteFix(of change: IncarnationChange, _ rule: FixRule, at now: Timestamp)
    -> [FixStep]
  {
    guard let start = leakFiringSince, rule.watch > .zero, let life = lives.last else { return [] }
    if let fix = fix(ofEpisode: start), change.isNewBuild == true,
      life.build.isNewBuild(after: fix.leaking.build) == false
    {
      fixState?.fix?.rollBack(at: now)
      fixState?.heldUntil = now + rule.watch
      return [FixStep(what: .judged(.rolledBack), at: now, why: change.words ?? "the same build")]
    }
    if change.isNewBuild == false {
      guard !isFixWatched, fixState?.leak != nil else { return [] }
      fixState?.plainRestartAt = change.seenAt
      fixState?.heldUntil = now + rule.watch
      return [
        FixStep(
          what: .plainRestart, at: change.seenAt,
          why: "it runs the same build" + (change.words.map { ", \($0)" } ?? ""))
      ]
    }
    return watchFix(
      .newBuild(change.words), since: change.startedAt ?? change.seenAt, rule, at: now)
  }

  /// Somebody says that the leak is fixed: with the life that began since the alert fires, if one did,
  /// else from now on.
  mutating func claimFix(_ claim: FixClaim, _ rule: FixRule, at now: Timestamp) -> [FixStep] {
    guard let start = leakFiringSince, let began = lifeBegan?.at else { return [] }
    if let fix = fix(ofEpisode: start), fix.isOpen, fix.verdict == nil { return [] }
    return watchFix(.claim(claim), since: began > start ? began : now, rule, at: now)
  }

  private mutating func watchFix(
    _ cause: FixWatch.Cause, since: Timestamp, _ rule: FixRule, at now: Timestamp
  ) -> [FixStep] {
    guard let start = leakFiringSince else { return [] }
    // A second attempt is held against the same leak.
    let earlier = fix(ofEpisode: start).flatMap { $0.verdict == .rolledBack ? nil : $0 }
    guard let leak = earlier?.leak ?? fixState?.leak else { return [] }
    return begin(
      FixWatch(
        leak: leak, leaking: earlier?.leaking ?? leakingLives(before: since), episodeStart: start,
        cause: cause, since: since, rule: rule, at: now))
  }

  mutating func begin(_ watch: FixWatch) -> [FixStep] {
    var known = fixState ?? FixState()
    known.fix = watch
    fixState = known
    return [
      FixStep(
        what: .watched, at: watch.madeAt,
        why: "\(watch.change); held against the leak until \(watch.endsAt.rfc3339)")
    ]
  }

  /// The lives in a row of the build that ran before a moment.
  private func leakingLives(before moment: Timestamp) -> LeakingLives {
    var leaking = LeakingLives(from: moment, until: moment)
    for life in lives.reversed() {
      let began = life.startedAt ?? life.seenAt
      guard began < moment else { continue }
      leaking.build.complete(from: life.build)
      leaking.from = min(leaking.from, began)
      if life.isNewBuild == true { break }
    }
    return leaking
  }

  /// Looks at the growth since the change, when it is due.
  mutating func judgeFix(_ rule: MemoryGrowthRule, at now: Timestamp) -> [FixStep] {
    guard let fix = fixState?.fix, fix.isDue(rule, at: now) else { return [] }
    let estimate = GrowthComparison.estimate(
      day: dayHistory(at: now), long: longHistory(at: now), leak: fix.leak,
      leaking: fix.leaking.from.seconds..<fix.leaking.until.seconds, since: fix.since.seconds)
    let verdict = fixState?.fix?.judge(estimate, rule.fix, at: now)
    if fixState?.fix?.hasFailed == true { fixState?.heldUntil = now + rule.fix.watch }
    guard let verdict else { return [] }
    // What counts as evidence has changed: the verdict on growth is made anew at the next look.
    if let stale = self.verdict?.stored { self.verdict = (stale, now - rule.verdictInterval) }
    return [
      FixStep(what: .judged(verdict), at: now, why: fixState?.fix?.conclusion ?? verdict.rawValue)
    ]
  }
}

extension FixState: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(leak)
    writer.write(fix)
    writer.write(plainRestartAt)
    writer.write(heldUntil)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    leak = try reader.optionalValue()
    fix = try reader.optionalValue()
    plainRestartAt = try reader.optionalValue()
    heldUntil = try reader.optionalValue()
  }
}

extension ServiceState {
  /// What is known of a fix, as an answer of the checklist.
  var fixAnswers: [ChecklistAnswer] {
    guard let answer = fixAnswer else { return [] }
    return [
      ChecklistAnswer(
        question: "Is it fixed?", answer: answer,
        figures: fix(ofEpisode: leakFiringSince)?.figures.map {
          [
            "slope_bytes_per_day": $0.slope, "slope_before_bytes_per_day": $0.slopeBefore,
            "share": $0.share,
          ]
        } ?? [:])
    ]
  }

  /// Why an alert that ends after a plain restart may come back.
  var plainRestartReasons: [String] {
    guard let restart = fixState?.plainRestartAt else { return [] }
    return [
      "restarted with the same build at \(restart.rfc3339), which is no fix: it may come back"
    ]
  }

  private var fixAnswer: String? {
    if let fix = fix(ofEpisode: leakFiringSince) { return fix.conclusion }
    if let restart = fixState?.plainRestartAt {
      return "no: restarted with the same build at \(restart.rfc3339), which is no fix"
    }
    guard let start = leakFiringSince, let life = lives.last, life.isNewBuild == nil,
      let began = lifeBegan?.at, began > start
    else { return nil }
    return
      "restarted at \(began.rfc3339), and nothing tells whether with another build: if that was "
      + "the fix, say `leakwatch fixed \(description.name)`"
  }
}
