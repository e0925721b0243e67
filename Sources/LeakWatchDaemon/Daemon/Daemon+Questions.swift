internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// Answers `leakwatch status`, `explain`, `silence`, `fixed` and `restart-policy`, where there is a
  /// runtime directory to listen in.
  func openStatusSocket() {
    guard let path = StatusSocket.ownPath else { return }
    do {
      questions = try LocalServer(path: path, loop: loop) { [unowned self] line, peer in
        answer(line, from: peer)
      }
    } catch {
      tellProblem("`leakwatch status` will not be answered: \(error)")
    }
  }

  private func answer(_ line: String, from peer: LocalPeer) -> [UInt8] {
    let desk = desk
    if let form = RestartQuestion.form(line) { return answerRestarts(form) }
    if let request = FixRequest(line) { return answer(request, from: peer) }
    guard let request = SilenceRequest(line) else { return desk.answer(line) }
    endSilences()
    let before = silences.list
    let reply = silences.answer(request, from: peer, services: desk.names, at: desk.now)
    // Whoever may only look costs no more than the look.
    if silences.list != before {
      courier.use(silences: silences.list)
      awaitEndOfSilence()
    }
    return reply
  }

  /// What fires still is told as soon as its silence is over.
  func endSilences() {
    guard silences.removeEnded(at: SystemClock.wallTime()) else { return }
    courier.use(silences: silences.list)
    awaitEndOfSilence()
  }

  func awaitEndOfSilence() {
    if let endOfSilence { loop.cancel(endOfSilence) }
    endOfSilence = silences.list.nextEnd.map { end in
      let span = max(.zero, end - SystemClock.wallTime()) + TimeSpan(milliseconds: 1)
      return loop.schedule(after: span, tolerance: .seconds(1)) { [weak self] in
        self?.endOfSilence = nil
        self?.endSilences()
        self?.awaitEndOfSilence()
      }
    }
  }
}
