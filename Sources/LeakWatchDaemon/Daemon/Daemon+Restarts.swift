internal import Alerting
internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Storage
internal import TimeSeries

extension Daemon {
  func makeRestartKeeper(_ store: RestartStore?) -> RestartKeeper {
    RestartKeeper(
      store, loop: loop, bus: SystemBus(loop: loop), client: client, transport: transport,
      surroundings: RestartKeeper.Surroundings(
        subjects: { [weak self] in self?.restartSubjects ?? [] },
        requestRates: { [weak self] group in
          self?.engine.requestRates(ofGroup: group, at: SystemClock.wallTime()) ?? []
        },
        collectEvidence: { [weak self] service, completion in
          self?.collectEvidence(of: service, completion: completion)
        },
        description: { [weak self] in self?.description($0) ?? ServiceDescription(name: $0) },
        host: { [weak self] in self?.host ?? "" },
        tell: { [weak self] in self?.note($0) },
        tellProblem: { [weak self] in self?.tellProblem($0) }))
  }

  /// What an earlier run knew and nobody has seen since may not be there any more.
  private var restartSubjects: [RestartSubject] {
    let labels = discovery?.labels ?? [:]
    return engine.restartSubjects().filter { !unseen.contains($0.service) }.map { subject in
      var subject = subject
      subject.labels = labels[subject.service] ?? .empty
      subject.deployedAt =
        engine.incarnationChanges(of: subject.service).last { $0.isNewBuild == true }?.seenAt
      return subject
    }
  }

  func restartWhatIsDue() {
    guard isLive, !isStopping else { return }
    restarts?.advance()
  }

  func answerRestarts(_ form: StatusQuestion.Form) -> [UInt8] {
    let text = RestartText(
      standings: restarts?.standings ?? [], policies: restarts?.policyNames ?? [],
      now: SystemClock.wallTime())
    return StatusReply.answer(text.text(form))
  }

  /// A restart ends what it was begun for, and is well or has failed only after that.
  private static let longestRestart = TimeSpan.hours(1)

  /// The one place through which every step of a restart goes: a dated event with its reason, in the
  /// journal and in the history of what fires, or did when the restart began.
  private func note(_ step: RestartStep) {
    history.chronicle.append(
      EpisodeRecord.Step(
        moment: step.at, what: step.what.words, why: "policy \(step.policy): \(step.why)"),
      to: step.service, in: group(of: step.service), reachingBack: Self.longestRestart)
    tell(
      .restart(step.what.event, of: description(step.service), policy: step.policy, why: step.why))
  }

  /// What a restart destroys: what memory did in this life, and a heap profile where one can be had.
  private func collectEvidence(
    of service: ServiceName, completion: @escaping (String) -> Void
  ) {
    let words = engine.restartWords(of: service, at: SystemClock.wallTime()).joined(separator: "; ")
    guard
      let source = scraped.filter({ $0.service == service }).lazy
        .compactMap({ self.profileSource($0) }).first, let evidence
    else { return completion(words) }
    evidence.takeLastProfile(of: source) { completion("\(words); \($0)") }
  }
}

extension RestartStep.What {
  var event: JournalEvent {
    switch self {
    case .rehearsed: .restartRehearsed
    case .begun: .restartBegun
    case .requested: .restartRequested
    case .done: .restartDone
    case .failed: .restartFailed
    case .held: .restartHeld
    }
  }

  /// As the history of an alert says it.
  var words: String {
    switch self {
    case .rehearsed: "a restart was due and not done, as this is a dry run"
    case .begun: "restart begun"
    case .requested: "restart requested"
    case .done: "restart done"
    case .failed: "restart failed"
    case .held: "restart held back"
    }
  }
}
