internal import TimeSeries

/// What becomes of a service's past when the clock is set.
extension ServiceState {
  /// The clock was moved by `span` and shows `now`. How long an alert holds goes on as it was. A clock
  /// that was put back leaves samples in the time to come: they are dropped, or every new one would
  /// be refused until they are past.
  mutating func clockMoved(by span: TimeSpan, to now: Timestamp) {
    for kind in alerts.keys { alerts[kind]?.clockMoved(by: span, to: now) }
    if var known = fixState {
      known.fix?.clockMoved(by: span, to: now)
      known.heldUntil = known.heldUntil.map { $0 + span }
      fixState = known
    }
    guard hasSamples(after: now) else { return }
    windows.changeAll { $0.rewind(to: now) }
    rates.changeAll { $0.rewind(to: now) }
    for (signal, sample) in latest where sample.timestamp > now {
      latest[signal] = Sample(now, sample.value)
    }
    // The exact logs are of a few hours, and begin anew.
    growthLog?.log = SampleLog()
    pauseLogs = pauseLogs.mapValues { _ in SampleLog() }
    rewindLives(to: now)
    endedAt = endedAt.map { min($0, now) }
    if let verdict { self.verdict = (verdict.stored, min(verdict.at, now)) }
    sources = sources.mapValues { source in
      var rewound = source
      rewound.toldAt = source.toldAt.map { min($0, now) }
      return rewound
    }
  }

  private func hasSamples(after now: Timestamp) -> Bool {
    windows.values.contains { ($0.lastSample?.timestamp ?? now) > now }
      || latest.values.contains { $0.timestamp > now }
  }

  private mutating func rewindLives(to now: Timestamp) {
    var rewound = RingBuffer<ServiceLife>(capacity: lives.capacity)
    for var life in lives {
      life.seenAt = min(life.seenAt, now)
      rewound.append(life)
    }
    lives = rewound
  }
}
