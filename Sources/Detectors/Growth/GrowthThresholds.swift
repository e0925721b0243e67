/// What counts as growth. Every threshold is here; each says what it costs when it is moved.
package struct GrowthThresholds: Hashable, Sendable {
  /// What one length of window asks for.
  package struct Window: Hashable, Sendable {
    package var spanSeconds: Double
    /// Evidence beside every ordinary explanation, nats (3 is twenty to one).
    package var evidence: Double
    /// Kendall's tau that the lowest values of eight parts of the window must reach, −1 to 1.
    package var agreement: Double
    /// Growth a day as a share of all memory of the service.
    package var growthPerDay: Double

    package init(
      spanSeconds: Double, evidence: Double, agreement: Double, growthPerDay: Double
    ) {
      self.spanSeconds = spanSeconds
      self.evidence = evidence
      self.agreement = agreement
      self.growthPerDay = growthPerDay
    }
  }

  /// Windows on the fine grid (buckets of the last day), shortest first: the shorter, the faster
  /// the growth must be.
  package var dayWindows = [
    Window(spanSeconds: 12 * 3600, evidence: 5, agreement: 1, growthPerDay: 0.3),
    Window(spanSeconds: 24 * 3600, evidence: 3, agreement: 0.5, growthPerDay: 0.03),
  ]
  /// Windows on the hourly floors, shortest first.
  package var longWindows = [
    Window(spanSeconds: 48 * 3600, evidence: 7, agreement: 0.7, growthPerDay: 0.007),
    Window(spanSeconds: 96 * 3600, evidence: 7, agreement: 0.5, growthPerDay: 0.005),
    Window(spanSeconds: 336 * 3600, evidence: 7, agreement: 0.5, growthPerDay: 0.004),
  ]
  /// Share of a window that must be known before it is judged.
  package var coverage = 0.7
  /// Growth over the window as a share of what load and time of day moved in it.
  package var contrast = 0.55
  /// Slope of the window's last third as a share of the whole slope: growth that has faded is over.
  package var lateShare = 0.5
  /// A life younger than this is warming up, whatever it does, unless memory ends soon.
  package var warmUpSeconds = 26.0 * 3600
  /// Steps of a life younger than this take no part in windows of a day and longer.
  package var settledSeconds = 10.0 * 3600
  /// In so many lives in one window growth is a habit of the service, and no warm-up.
  package var habitualLives = 3
  /// A young life is believed when memory ends within this at its present rate.
  package var urgentSeconds = 86_400.0
  package var urgentEvidence = 8.0
  /// Elasticity of the pause a collection to the heap below which the live heap is taken to rest.
  package var restingPauseElasticity = 0.33

  package init() {}

  /// Sets what windows up to half a day, of a day, and longer ask for.
  package mutating func setGrowthPerDay(fast: Double, day: Double, slow: Double) {
    for index in dayWindows.indices {
      dayWindows[index].growthPerDay = dayWindows[index].spanSeconds < 86_400 ? fast : day
    }
    for index in longWindows.indices { longWindows[index].growthPerDay = slow }
  }

  /// Likewise for the evidence, nats.
  package mutating func setEvidence(fast: Double, day: Double, slow: Double) {
    for index in dayWindows.indices {
      dayWindows[index].evidence = dayWindows[index].spanSeconds < 86_400 ? fast : day
    }
    for index in longWindows.indices { longWindows[index].evidence = slow }
  }
}
