package import Alerting
package import TimeSeries

/// Asking a receiver that fails: one probe at a time, and none that hangs keeps the next one waiting.
extension SinkLane {
  /// The attempt under way at a receiver that fails.
  struct Probe: Sendable {
    var ids: [String]
    let attempt: Int
    /// How long the lane waits for it, and until when: then it counts as failed and goes on as the
    /// straggler; nil where its request itself ends by then.
    var patience: (span: TimeSpan, end: Timestamp)?
  }

  /// A probe that the lane waits for no more, though its request has its whole timeout: a receiver that
  /// is slower than it was answers this one. What it carries waits again, and may be in the next probe.
  struct Straggler: Hashable, Sendable {
    let attempt: Int
    let carried: [AlertKey: QueuedNotification]
  }

  /// How long the request may take that `takeBatch` began last, of the `timeout` that its sink is given.
  ///
  /// While a receiver is down or hangs, the lane waits twice as long as what arrived lately took, a
  /// second at least. The request itself has the whole `timeout` where no other such one is under way.
  package mutating func requestTimeout(within timeout: TimeSpan, now: Timestamp) -> TimeSpan {
    guard probe?.attempt == attemptCount, isDown || hangs else { return timeout }
    let patience: TimeSpan = max(.seconds(1), .seconds(2 * slowestDelivery.seconds))
    guard patience < timeout else { return timeout }
    guard straggler == nil else { return patience }
    probe?.patience = (patience, now + patience)
    return timeout
  }

  /// A slow one is forgotten by a tenth with each that is faster.
  package mutating func noteDelivery(took span: TimeSpan) {
    slowestDelivery = max(span, .seconds(0.9 * slowestDelivery.seconds))
  }

  /// A request had its whole timeout and no answer.
  package mutating func noteHang() { hangs = true }

  /// Stops waiting for a probe that has had its time; nil where there is none.
  ///
  /// - Returns: its notifications, for which `finish` is to be called, and how long they had.
  package mutating func leaveProbe(now: Timestamp) -> (ids: [String], waited: TimeSpan)? {
    guard let probe, let patience = probe.patience, patience.end <= now else { return nil }
    let carried = probe.ids.compactMap { inFlight[$0] }
    self.probe = nil
    straggler = Straggler(
      attempt: probe.attempt,
      carried: Dictionary(carried.map { ($0.key, $0) }) { first, _ in first })
    return (probe.ids, patience.span)
  }

  /// The end of a request that `leaveProbe` left: as `finish`; nil where `attempt` is not that one.
  package mutating func finishStraggler(
    attempt: Int, _ outcome: DeliveryOutcome, now: Timestamp, random: Double
  ) -> (results: [Result], change: Change?)? {
    guard let straggler, straggler.attempt == attempt else { return nil }
    self.straggler = nil
    // That it failed was noted when it was left.
    if case .failed = outcome { return ([], nil) }
    let waitingStill = waiting.filter { straggler.carried[$0.key]?.id == $0.id }
    // What has newer words by now is still to be sent, under the same name.
    let carried = waitingStill.filter { straggler.carried[$0.key]?.message == $0.message }
    var results: [Result] = []
    if outcome.isDelivery, repetition == nil {
      let replaced = straggler.carried.values.filter { sent in
        inFlight[sent.id] == nil && !waitingStill.contains { $0.id == sent.id }
      }
      results = replaced.sorted { $0.id < $1.id }.map(Result.delivered)
    }
    guard !carried.isEmpty else { return (results, note(outcome, now: now, random: random)) }
    remove(Set(carried.map(\.id)))
    for var notification in carried {
      notification.attempts -= 1
      inFlight[notification.id] = notification
    }
    requestsInFlight += 1
    let end = finish(
      ids: carried.map(\.id), of: straggler.carried.count, outcome, now: now, random: random)
    return (results + end.results, end.change)
  }

  /// Whether `ids` went out with the probe, all of it or a part.
  func isProbe(_ ids: [String]) -> Bool {
    guard let probe, let first = ids.first else { return false }
    return probe.ids.contains(first)
  }

  /// Whether an older state of the same alert is with the straggler and may still arrive: it must not
  /// come last.
  func isHeldUp(_ notification: QueuedNotification) -> Bool {
    straggler?.carried[notification.key].map { $0.id != notification.id } ?? false
  }
}
