internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// A clock that was set must neither make an alert nor keep one back.
  ///
  /// Called whenever the loop wakes up: what waits must not grow old before that is known.
  func followClock() {
    guard let span = clock.jump() else { return }
    let now = clock.now
    tell(.clockMoved(by: span))
    moveOutages(by: span)
    perform(engine.handle(.clockMoved(by: span), at: now))
    courier.clockMoved(by: span)
    silences.clockMoved(by: span)
    courier.use(silences: silences.list)
    awaitEndOfSilence()
  }

  /// What is out of order is so for as long as before.
  private func moveOutages(by span: TimeSpan) {
    startedAt = startedAt + span
    deliveries.clockMoved(by: span)
    past?.clockMoved(by: span)
    history.clockMoved(by: span)
    stateOutage?.move(by: span)
    renewal?.clockMoved(by: span)
    downSince = downSince.mapValues { $0.mapValues { $0.moved(by: span) } }
    serversDown = serversDown.mapValues { $0.moved(by: span) }
  }
}

extension Outage {
  mutating func move(by span: TimeSpan) { since = since + span }

  func moved(by span: TimeSpan) -> Outage { Outage(since: since + span, reason: reason) }
}

extension JournalRecord {
  static func clockMoved(by span: TimeSpan) -> JournalRecord {
    let isBack = span < .zero
    let length = TimeSpan(milliseconds: Int64(span.milliseconds.magnitude))
    return JournalRecord(
      .sourceProblem, priority: .notice,
      message: isBack
        ? "the clock was put back by \(length); samples of the time to come are dropped"
        : "the clock went forward by \(length), or the machine slept; nobody watched meanwhile")
  }
}
