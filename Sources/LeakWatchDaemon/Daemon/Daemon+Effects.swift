internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  func perform(_ effects: [Effect]) {
    // Most scrapes have none.
    if effects.isEmpty { return }
    var alerts: [Alert] = []
    let links = AlertLinks(configuration.status)
    var heldSince: [AlertKey: Timestamp] = [:]
    for effect in effects {
      switch effect {
      case .transition(let transition): heldSince[transition.key] = transition.heldSince
      case .notify(let unlinked):
        let alert = links.linked(unlinked)
        history.chronicle.note(
          alert, beganAt: heldSince[alert.key],
          tellsLives: engine.tellsLives(of: alert.key.service))
        let silence = silences.list.covering(alert.key, at: SystemClock.wallTime())
        tell(JournalRecord(alert, silence: silence))
        alerts.append(alert)
      case .buildJudged(let service, let change):
        guard change.isNewBuild == true else { break }
        history.chronicle.append(
          EpisodeRecord.Step(moment: change.seenAt, what: "new build", why: change.words),
          to: service, in: group(of: service))
      case .fixStep(let service, let step): note(step, of: service)
      case .reworded(let alert): courier.reword(links.linked(alert))
      case .restarted(let service, _):
        history.chronicle.noteRestart(of: service, in: group(of: service))
      // Told once for the whole server.
      case .targetDown(_, .prometheus, _), .targetUp(_, .prometheus): break
      case .targetDown(let service, let source, let reason):
        downSince[service, default: [:]][source] = Outage(
          since: SystemClock.wallTime(), reason: reason)
        tell(.targetDown(source.text, of: description(service), reason: reason))
      case .targetUp(let service, let source):
        let since = downSince[service]?.removeValue(forKey: source)?.since
        let outage = since.map { SystemClock.wallTime() - $0 } ?? .zero
        tell(.targetUp(source.text, of: description(service), after: outage))
      case .leftOut(let leftOut):
        self.leftOut = leftOut
        tell(.leftOut(leftOut))
      }
    }
    if !alerts.isEmpty { courier.notify(alerts) }
    keepAlerts(of: effects)
    history.keep(at: SystemClock.wallTime())
  }

  /// The name that a service shares with its replicas; nil where it cannot have any.
  func group(of service: ServiceName) -> ServiceName? {
    ReplicaGroup.name(of: description(service))
  }

  func description(_ service: ServiceName) -> ServiceDescription {
    descriptions[service] ?? ServiceDescription(name: service)
  }

  func tell(_ record: JournalRecord) {
    writer.write(record, at: SystemClock.wallTime())
  }

  func tellProblem(_ problem: String) {
    tell(JournalRecord(.sourceProblem, message: problem))
  }

  func tellKill(_ kill: OOMKill, of service: ServiceName) {
    let times = kill.count == 1 ? "a process" : "\(kill.count) processes"
    tell(
      JournalRecord(
        .oomKill,
        message: "\(service): the kernel killed \(times) for want of memory "
          + "(\(kill.evidence))",
        details: JournalRecord.fields(of: description(service))))
  }

  func noteKill(_ kill: OOMKill, of service: ServiceName, at now: Timestamp) {
    tally.noteKills(kill.count)
    history.chronicle.note(
      KillRecord(service: service, at: now, count: kill.count, evidence: kill.evidence),
      in: group(of: service))
  }

  func sentence() -> String {
    StatusSentence.describe(
      engine.overview().filter { !unseen.contains($0.name) }, note: note)
  }

  func reportStatus() {
    let sentence = sentence()
    guard sentence != lastStatus else { return }
    lastStatus = sentence
    ServiceManager.report(status: sentence)
  }
}
