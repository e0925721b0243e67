internal import TimeSeries

/// Turns the windows' findings into one verdict.
struct VerdictComposer {
  let evidence: GrowthEvidence
  let windows: [WindowAssessment]
  let thresholds: GrowthThresholds

  /// Share of the growth of memory that the live heap must have part in to be called its cause.
  private static let heapShare = 0.3
  /// Share of the growth below which the live heap surely rests.
  private static let restingShare = 0.5
  /// Share of the growth that the runtime's committed memory must have to be called retention.
  private static let committedShare = 0.5

  func verdict() -> GrowthVerdict {
    let claims = windows.filter(\.isGrowing)
    guard let leading = leading(claims) else { return resting() }
    let (history, range) = known(leading)
    let shape = GrowthShape(history, signal: leading.signal, range: range).map {
      GrowthVerdict.Shape(deceleration: $0.deceleration, onsetSeconds: $0.onsetSeconds)
    }
    let (verdict, flavour) = kind(leading, shape)
    // A bounded cache slows down too while it fills: without a limit near, slowing growth must be
    // plain to be told.
    if verdict == .cache, leading.growth?.evidence ?? 0 < thresholds.slowingEvidence {
      return resting(filling: leading)
    }
    let symptoms = symptoms(leading)
    let isInHeap = flavour == .trueLeak
    return GrowthVerdict(
      verdict: verdict, flavour: flavour,
      growing: isInHeap ? "heap" : leading.signal.growingName,
      growth: figures(leading, claims), leading: leading, windows: windows, symptoms: symptoms,
      shape: shape, reasons: VerdictReasons.growing(leading, shape: shape, symptoms: symptoms))
  }

  /// The claim that the figures come from. Of the signals that grow the cause comes before what it
  /// shows itself in: the heap before the process that holds it. Of one signal's windows the one
  /// with the most evidence.
  private func leading(_ claims: [WindowAssessment]) -> WindowAssessment? {
    guard let strongest = claims.max(by: { slope($0) < slope($1) }) else { return nil }
    let heap = claims.filter {
      ($0.signal == .heapLive || $0.signal == .heapUsed)
        && slope($0) >= Self.heapShare * slope(strongest)
    }
    let isHeld = JudgedSignals.holdsHeap(strongest.signal) && !heap.isEmpty
    return (isHeld ? heap : claims.filter { $0.signal == strongest.signal })
      .max { ($0.growth?.evidence ?? 0) < ($1.growth?.evidence ?? 0) }
  }

  private func slope(_ window: WindowAssessment) -> Double { window.growth?.slope ?? 0 }

  private func kind(
    _ leading: WindowAssessment, _ shape: GrowthVerdict.Shape?
  ) -> (Verdict, Flavour) {
    switch leading.signal {
    case .kernelUnreclaimable: return (.leak, .kernel)
    case .memorySock: return (.leak, .socket)
    case .memoryShmem: return (.leak, .shmem)
    case .heapLive, .heapUsed: return leakOrCache(shape, straight: .trueLeak)
    default: break
    }
    guard let heap = heap(beside: leading), let own = heap.growth else {
      return leakOrCache(shape, straight: .unknown)
    }
    let process = slope(leading)
    if own.slope >= Self.heapShare * process {
      return leakOrCache(shape, straight: .trueLeak)
    }
    // What cannot be told from the process's growth is not known to rest.
    guard own.slope + 1.645 * own.slopeError < Self.restingShare * process else {
      return leakOrCache(shape, straight: .unknown)
    }
    if let committed = committedRise(leading) {
      return committed >= Self.committedShare * leading.riseBytes
        ? (.fragmentation, .fragmentation) : (.leak, .native)
    }
    return (.fragmentation, .fragmentation)
  }

  /// The heap in the window of a claim of the process's memory, whether or not it seems to rise.
  private func heap(beside claim: WindowAssessment) -> WindowAssessment? {
    let isLong = isLong(claim)
    let history = history(of: claim)
    let signal: Signal = history.floors[.heapLive] == nil ? .heapUsed : .heapLive
    let candidates = isLong ? thresholds.longWindows : thresholds.dayWindows
    guard let window = candidates.first(where: { $0.spanSeconds == claim.spanSeconds }) else {
      return nil
    }
    return WindowAssessor(
      thresholds: thresholds, history: history, totalBytes: evidence.totalBytes,
      limitBytes: evidence.limitBytes
    ).assess(signal, window: window, isLong: isLong, isForced: true)
  }

  private func committedRise(_ leading: WindowAssessment) -> Double? {
    let history = history(of: leading)
    guard let committed = history.floors[.heapCommitted] else { return nil }
    let steps = Int((leading.spanSeconds / history.stepSeconds).rounded())
    let known = committed.suffix(steps).filter(\.isFinite)
    guard known.count >= 6 else { return nil }
    let sixth = known.count / 6
    return known.suffix(sixth).upperMedian - known.prefix(sixth).upperMedian
  }

  private func isLong(_ window: WindowAssessment) -> Bool { window.spanSeconds > 86_400 }

  private func history(of window: WindowAssessment) -> ServiceHistory {
    isLong(window) ? evidence.long : evidence.day
  }

  /// Straight growth is a leak, growth that slows down a cache.
  private func leakOrCache(
    _ shape: GrowthVerdict.Shape?, straight: Flavour
  ) -> (Verdict, Flavour) {
    guard let shape, shape.deceleration >= thresholds.cacheEvidence else {
      return (.leak, straight)
    }
    return (.cache, .unboundedCache)
  }

  private func symptoms(_ window: WindowAssessment) -> Symptoms {
    Symptoms(history(of: window), spanSeconds: window.spanSeconds)
  }

  /// All that is known of the growth: the finest history that holds it, the present life alone
  /// unless growth is a habit of all lives.
  private func known(_ leading: WindowAssessment) -> (ServiceHistory, Range<Int>) {
    let long = evidence.long
    let isShort = Double(long.count) * long.stepSeconds <= 26 * 3600
    let history = isShort ? evidence.day : long
    guard leading.lives < thresholds.habitualLives, let life = history.life.last,
      let start = history.life.firstIndex(of: life)
    else { return (history, 0..<history.count) }
    return (history, start..<history.count)
  }

  private func figures(
    _ leading: WindowAssessment, _ claims: [WindowAssessment]
  ) -> GrowthFigures {
    guard let growth = leading.growth else { return GrowthFigures() }
    let day = 86_400.0
    let distribution = StudentT(degreesOfFreedom: growth.degreesOfFreedom)
    let error = slopeError(growth, claims.filter { $0.signal == leading.signal })
    let reach = (distribution?.quantile(0.95) ?? 1.645) * error
    var figures = GrowthFigures(
      slopeBytesPerDay: growth.slope * day, slopeLow: (growth.slope - reach) * day,
      slopeHigh: (growth.slope + reach) * day)
    // The level is one measurement, taken now; the slope is the window's.
    let level = evidence.totalBytes
    let line = ProjectedLine(
      level: level, slopePerSecond: growth.slope,
      levelVariance: growth.noiseBytes * growth.noiseBytes,
      slopeVariance: error * error, covariance: 0,
      degreesOfFreedom: growth.degreesOfFreedom)
    guard let room = room(leading),
      let crossing = CrossingTime(of: line, ceiling: level + room, confidence: 0.9)
    else { return figures }
    figures.secondsToLimit = crossing.expectedSeconds
    figures.secondsToLimitLow = crossing.earliestSeconds
    figures.secondsToLimitHigh = crossing.latestSeconds
    return figures
  }

  /// The slope's error within its window, and a quarter of what windows of other lengths disagree
  /// by: the window was chosen for its evidence, which makes its own error too small. The quarter
  /// is what simulations ask for; the windows share samples and disagree for other reasons, too.
  private func slopeError(
    _ growth: WindowAssessment.Growth, _ claims: [WindowAssessment]
  ) -> Double {
    let deviations = claims.map { slope($0) - growth.slope }
    let spread = deviations.reduce(0) { $0 + $1 * $1 } / Double(max(1, claims.count))
    return (growth.slopeError * growth.slopeError + spread / 4).squareRoot()
  }

  /// Bytes until the first limit that this growth runs into: the heap's own, or the service's.
  private func room(_ leading: WindowAssessment) -> Double? {
    let service = evidence.limitBytes.map { max(0, $0 - evidence.totalBytes) }
    guard leading.signal == .heapLive || leading.signal == .heapUsed,
      let heap = evidence.heapLimitBytes.map({ max(0, $0 - leading.endBytes) })
    else { return service }
    return min(heap, service ?? heap)
  }

  /// Nothing grows: why not.
  /// - Parameter filling: growth that slows down and is not plain enough to be told.
  private func resting(filling: WindowAssessment? = nil) -> GrowthVerdict {
    let rising = windows.filter { $0.growth != nil && $0.riseBytes > 0.03 * $0.levelBytes }
    let strongest = rising.max { $0.riseBytes < $1.riseBytes }
    var verdict = filling == nil ? Verdict.steady : .warmup
    if filling == nil, let strongest, let growth = strongest.growth {
      switch strongest.obstacle {
      case .warmingUp: verdict = .warmup
      case .liveHeapRests, .refilling, .maybeGarbage, .tooSlow, .notRising, nil: verdict = .steady
      case .faded, .explained, .withinOrdinary:
        if growth.ordinary.warmUp {
          verdict = .warmup
        } else if growth.ordinary.load {
          verdict = .load
        } else if growth.ordinary.steps > 0 {
          verdict = .step
        } else if growth.ordinary.season {
          verdict = .seasonal
        }
      }
    }
    let told = filling ?? strongest ?? windows.max { $0.spanSeconds < $1.spanSeconds }
    return GrowthVerdict(
      verdict: verdict, flavour: nil, growing: nil, growth: GrowthFigures(), leading: told,
      windows: windows, symptoms: told.map(symptoms), shape: nil,
      reasons: told.map { VerdictReasons.resting($0, verdict) } ?? [])
  }
}

extension Signal {
  /// What the memory that grows is called in alerts.
  package var growingName: String {
    switch self {
    case .heapLive, .heapUsed: "heap"
    case .memoryAnon: "anon"
    case .memoryShmem: "shmem"
    case .kernelUnreclaimable: "kernel"
    case .memorySock: "sock"
    case .residentMemory: "rss"
    default: "memory"
    }
  }
}
