internal import Alerting
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// The one place through which every step of a fix goes: a dated line with its reason, in the journal
  /// and in the history of what fires.
  func note(_ step: FixStep, of service: ServiceName) {
    history.chronicle.append(
      EpisodeRecord.Step(moment: step.at, what: step.what.words, why: step.why),
      to: service, in: group(of: service))
    tell(
      .fix(step.what.event, of: description(service), what: step.what.words, why: step.why))
  }

  /// Takes `leakwatch fixed`.
  func answer(_ request: FixRequest, from peer: LocalPeer) -> [UInt8] {
    guard peer.mayChangeThings else {
      return StatusReply.failure(
        "only root and LeakWatch's own user may say that a leak is fixed; you are \(peer.name)")
    }
    if let problem = request.problem { return StatusReply.failure(problem) }
    guard engine.watchesFixes else {
      return StatusReply.failure(
        "fixes are not watched: [rules.memory_growth] is off, or its fix_watch is \"0s\"")
    }
    let name = ServiceName(request.service)
    let services = engine.leaking(name)
    guard !services.isEmpty else { return StatusReply.failure(nothingLeaks(under: name)) }
    take(
      [.fixClaimed(name, FixClaim(author: peer.name, why: request.why))],
      at: SystemClock.wallTime())
    let fixes = services.compactMap { service in engine.fix(of: service).map { (service, $0) } }
    return StatusReply.answer(FixText.text(fixes, request.form))
  }

  private func nothingLeaks(under name: ServiceName) -> String {
    let firing = engine.firing().filter { $0.key.kind == .memoryGrowth }.map(\.key.service.text)
    let others =
      firing.isEmpty ? "none does of any service" : "it does of \(firing.joined(separator: ", "))"
    return "no memory_growth alert of \(name) fires that growth could be held against; \(others)"
  }
}
