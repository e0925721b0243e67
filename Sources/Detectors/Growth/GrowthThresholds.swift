/// What counts as growth. Every threshold is here; each says what it costs when it is moved.
package struct GrowthThresholds: Hashable, Sendable {
  /// What is asked of growth, all of it at once.
  package struct Demand: Hashable, Sendable {
    /// Evidence beside every ordinary explanation, nats (3 is twenty to one).
    package var evidence: Double
    /// Kendall's tau that the lowest values of eight parts of the window must reach, −1 to 1.
    package var agreement: Double
    /// Growth a day as a share of all memory of the service.
    package var growthPerDay: Double

    package init(evidence: Double, agreement: Double, growthPerDay: Double) {
      self.evidence = evidence
      self.agreement = agreement
      self.growthPerDay = growthPerDay
    }
  }

  /// One length of window and what it asks for.
  package struct Window: Hashable, Sendable {
    package var spanSeconds: Double
    package var demand: Demand
    /// Where evidence is overwhelming, slower growth counts too.
    package var decisive: Demand?
    /// Where fast growth has not slowed at all (`unslowedShare`), less evidence counts: the
    /// warm-ups that could explain it as well would have slowed.
    package var unslowed: Demand?

    package init(
      hours: Double, _ demand: Demand, decisive: Demand? = nil, unslowed: Demand? = nil
    ) {
      spanSeconds = hours * 3600
      self.demand = demand
      self.decisive = decisive
      self.unslowed = unslowed
    }

    /// The least agreement that some demand of this window is content with.
    package var leastAgreement: Double {
      min(
        demand.agreement, decisive?.agreement ?? .infinity, unslowed?.agreement ?? .infinity)
    }
  }

  /// Windows on the fine grid (buckets of the last day), shortest first: the shorter, the faster
  /// the growth must be.
  package var dayWindows = [
    Window(
      hours: 6, Demand(evidence: 10, agreement: 0.9, growthPerDay: 0.4),
      decisive: Demand(evidence: 20, agreement: 0.95, growthPerDay: 0.2)),
    Window(
      hours: 12, Demand(evidence: 6, agreement: 0.9, growthPerDay: 0.15),
      unslowed: Demand(evidence: 3, agreement: 0.9, growthPerDay: 0.3)),
    Window(
      hours: 24, Demand(evidence: 1.75, agreement: 0.55, growthPerDay: 0.035),
      decisive: Demand(evidence: 25, agreement: 0.8, growthPerDay: 0.008),
      unslowed: Demand(evidence: 1, agreement: 0.9, growthPerDay: 0.2)),
  ]
  /// Windows on the hourly floors, shortest first.
  package var longWindows = [
    Window(hours: 48, Demand(evidence: 10, agreement: 0.4, growthPerDay: 0.012)),
    Window(hours: 96, Demand(evidence: 6, agreement: 0.6, growthPerDay: 0.004)),
    Window(hours: 336, Demand(evidence: 6, agreement: 0.4, growthPerDay: 0.004)),
  ]
  /// A service with less memory counts as one of this much, bytes: a share of a few MiB is what any
  /// process gathers in tables and stacks, and matters to nobody.
  package var leastMemoryBytes = 16.0 * 1_048_576
  /// Share of a window that must be known before it is judged.
  package var coverage = 0.7
  /// Growth over the window as a share of what load and time of day moved in it.
  package var contrast = 0.4
  /// Slope of the window's last third as a share of the whole slope, less what is ordinary: growth
  /// that has faded is over.
  package var lateShare = 0.5
  /// The same with the warm-up left in.
  package var rawLateShare = 0.35
  /// Slope of the last third as a share of the whole, with the warm-up left in and without it, from
  /// which growth counts as one that has not slowed.
  package var unslowedShare = 0.8
  /// A life younger than this is warming up, unless memory ends soon or `steady` holds.
  package var warmUpSeconds = 24.0 * 3600
  /// A younger life is believed from this age on if its growth has not slowed, with this evidence.
  package var steadySeconds = 6.0 * 3600
  package var steadyEvidence = 10.0
  /// The same for shared memory and page cache, whose growth may not have slowed at all: buffers
  /// begin with nothing and fill straight until they are full.
  package var steadySharedSeconds = 16.0 * 3600
  /// Growth that suits a slowing curve best, and has slowed, is a warm-up in a life younger than
  /// this: large caches take longer than a day to fill.
  package var slowingWarmUpSeconds = 48.0 * 3600
  package var slowingShare = 0.9
  /// Steps of a life younger than this take no part in windows of a day and longer.
  package var settledSeconds = 10.0 * 3600
  /// In so many lives in one window growth is a habit of the service, and no warm-up.
  package var habitualLives = 3
  /// A young life is believed when memory ends within this at its present rate.
  package var urgentSeconds = 86_400.0
  package var urgentEvidence = 8.0
  /// Least evidence where page cache cannot be told from the service's own memory.
  package var coarseEvidence = 15.0
  /// Evidence that growth slows down, nats, above which it is called a cache.
  package var cacheEvidence = 2.5
  /// Least evidence for growth that slows down, nats.
  package var slowingEvidence = 3.0
  /// In less time than this what rises in a collected heap may be garbage that no full collection
  /// has taken yet.
  package var garbageSeconds = 11.0 * 3600
  /// Elasticity of the pause a collection to the heap below which the live heap is taken to rest.
  package var restingPauseElasticity = 0.33

  package init() {}
}
