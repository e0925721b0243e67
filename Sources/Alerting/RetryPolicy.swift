package import TimeSeries

/// How one attempt to deliver a notification ended.
package enum DeliveryOutcome: Hashable, Sendable {
  /// The receiver answered; `retryAfter` is the header's text as it came, `detail` what a receiver
  /// that explains itself says of a refusal.
  case answered(status: Int, retryAfter: String? = nil, detail: String? = nil)
  /// No answer: name, connection, TLS, time-out, an unreadable secret. The reason is for a person
  /// and holds no secret.
  case failed(reason: String)

  /// For a person: what came back.
  package var reason: String {
    switch self {
    case .answered(let status, _, let detail):
      "the receiver answered \(status)" + (detail.map { " (\($0))" } ?? "")
    case .failed(let reason): reason
    }
  }

  /// Whether the receiver has taken it.
  package var isDelivery: Bool {
    if case .answered(status: 200...299, _, _) = self { true } else { false }
  }

  /// Whether others may well succeed at the same receiver now: it took this one, or refused this
  /// one alone.
  package var showsWorkingReceiver: Bool {
    switch self {
    case .failed: false
    case .answered(let status, _, _):
      (200...499).contains(status) && ![408, 410, 429].contains(status)
    }
  }
}

/// What to do after an attempt, with its reason where it is not a success.
package enum DeliveryDecision: Hashable, Sendable {
  case delivered
  case retry(at: Timestamp, reason: String)
  /// This notification will never be taken.
  case giveUp(reason: String)
  /// The receiver is gone for good (410): ask it nothing until the next reload.
  case disableSink(reason: String)
}

/// When a failed notification is tried again, and when never (Standard Webhooks 1.0, "Delivery";
/// RFC 9110 for the statuses and Retry-After).
package struct RetryPolicy: Hashable, Sendable {
  /// Before the second attempt; doubles with every further one.
  package var initialDelay: TimeSpan
  package var maximumDelay: TimeSpan
  /// Between two attempts at a receiver that takes nothing from anyone: what waits is to arrive within
  /// seconds of its return. Grows with the outage, see `longestProbeDelay`.
  package var maximumProbeDelay: TimeSpan
  /// A receiver that asks for more than this is asked again after this.
  package var maximumRetryAfter: TimeSpan
  /// Counted from the moment the notification was queued.
  package var maximumAge: TimeSpan

  package init(
    initialDelay: TimeSpan = .seconds(1), maximumDelay: TimeSpan = .minutes(5),
    maximumProbeDelay: TimeSpan = .seconds(2),
    maximumRetryAfter: TimeSpan = .hours(1), maximumAge: TimeSpan = .hours(24)
  ) {
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
    self.maximumProbeDelay = maximumProbeDelay
    self.maximumRetryAfter = maximumRetryAfter
    self.maximumAge = maximumAge
  }

  /// - Parameters:
  ///   - attempts: how often this notification was tried, this attempt included.
  ///   - limit: of the back-off, `maximumDelay` where there is none.
  ///   - random: uniform in 0..<1; spreads the retries of many senders.
  package func decide(
    _ outcome: DeliveryOutcome, attempts: Int, atMost limit: TimeSpan? = nil, queuedAt: Timestamp,
    now: Timestamp, random: Double
  ) -> DeliveryDecision {
    if outcome.isDelivery { return .delivered }
    switch outcome {
    case .answered(status: 410, _, _): return .disableSink(reason: "\(outcome.reason) Gone")
    case .answered(status: 300...399, _, _):
      return .giveUp(reason: "\(outcome.reason): redirects are not followed, set its final URL")
    case .answered(status: 400...499, _, _) where outcome.showsWorkingReceiver:
      return .giveUp(reason: "\(outcome.reason): it will not take this")
    case .answered, .failed:
      let pause = pause(
        after: outcome, failures: attempts, atMost: limit, now: now, random: random)
      guard now + pause - queuedAt <= maximumAge else {
        return .giveUp(reason: "not delivered within \(maximumAge); at last \(outcome.reason)")
      }
      return .retry(at: now + pause, reason: outcome.reason)
    }
  }

  /// Exponential back-off with jitter between half and all of the delay: never at once, and many
  /// senders never in step.
  package func backoff(
    afterAttempts attempts: Int, random: Double, atMost limit: TimeSpan? = nil
  ) -> TimeSpan {
    let doublings = min(max(attempts, 1) - 1, 40)
    let delay = min(
      initialDelay.seconds * Double(1 << doublings), (limit ?? maximumDelay).seconds)
    return .seconds(delay * (0.5 + 0.5 * min(max(random, 0), 1)))
  }

  /// The longest pause of a receiver that takes nothing from anyone, for `outage` by now:
  /// `maximumProbeDelay`, or 1/1800 of the outage once that is more (an hour makes two seconds of it, a
  /// day 48). What the receiver asked for itself holds beyond it.
  package func longestProbeDelay(outage: TimeSpan) -> TimeSpan {
    min(maximumDelay, max(maximumProbeDelay, .seconds(outage.seconds / 1800)))
  }

  /// The back-off of at most `limit`, or what the receiver asked for if that is longer.
  package func pause(
    after outcome: DeliveryOutcome, failures: Int, atMost limit: TimeSpan? = nil, now: Timestamp,
    random: Double
  ) -> TimeSpan {
    let backoff = backoff(afterAttempts: failures, random: random, atMost: limit)
    guard case .answered(_, let retryAfter, _) = outcome else { return backoff }
    return max(backoff, wait(retryAfter, now: now) ?? .zero)
  }

  /// Retry-After as seconds or as a date, between zero and the bound; nil where it says nothing.
  private func wait(_ header: String?, now: Timestamp) -> TimeSpan? {
    guard let text = header.map(trimmed), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }) {
      // More digits than a double counts exactly are beyond the bound anyway.
      return min(.seconds(Double(text) ?? 0), maximumRetryAfter)
    }
    guard let date = HTTPDate.parse(text, now: now) else { return nil }
    return min(max(.zero, date - now), maximumRetryAfter)
  }

  private func trimmed(_ text: String) -> String {
    let body = text.drop { $0.isWhitespace }
    return String(body.reversed().drop { $0.isWhitespace }.reversed())
  }
}
