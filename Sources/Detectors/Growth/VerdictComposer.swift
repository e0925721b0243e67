internal import TimeSeries

/// Turns the windows' findings into one verdict.
struct VerdictComposer {
  let evidence: GrowthEvidence
  let windows: [WindowAssessment]
  let thresholds: GrowthThresholds

  /// Share of the growth of memory that the live heap must have part in to be called its cause.
  private static let heapShare = 0.3
  /// Share of the growth that the runtime's committed memory must have to be called retention.
  private static let committedShare = 0.5

  func verdict() -> GrowthVerdict {
    let claims = windows.filter(\.isGrowing)
    guard let leading = leading(claims) else { return resting() }
    let (verdict, flavour) = kind(claims, leading)
    var growth = figures(leading)
    growth.slopeBytesPerDay = growth.slopeBytesPerDay.map { $0 }
    return GrowthVerdict(
      verdict: verdict, flavour: flavour, growing: name(leading.signal), growth: growth,
      leading: leading, windows: windows, reasons: reasons(claims, leading))
  }

  /// The claim that the figures come from: of the signal that grows most, the one with the most
  /// evidence.
  private func leading(_ claims: [WindowAssessment]) -> WindowAssessment? {
    guard let strongest = claims.max(by: { slope($0) < slope($1) }) else { return nil }
    return claims.filter { $0.signal == strongest.signal }
      .max { ($0.growth?.evidence ?? 0) < ($1.growth?.evidence ?? 0) }
  }

  private func slope(_ window: WindowAssessment) -> Double { window.growth?.slope ?? 0 }

  private func kind(
    _ claims: [WindowAssessment], _ leading: WindowAssessment
  ) -> (Verdict, Flavour) {
    switch leading.signal {
    case .kernelUnreclaimable: return (.leak, .kernel)
    case .memorySock: return (.leak, .socket)
    case .memoryShmem: return (.leak, .shmem)
    case .heapLive, .heapUsed: return shape(claims, leading, straight: .trueLeak)
    default: break
    }
    guard
      let heap = windows.last(where: {
        ($0.signal == .heapLive || $0.signal == .heapUsed) && $0.spanSeconds == leading.spanSeconds
      })
    else { return shape(claims, leading, straight: .unknown) }
    let process = leading.riseBytes
    let heapRise = rise(heap)
    if heapRise >= Self.heapShare * process {
      return shape(claims, leading, straight: .trueLeak)
    }
    if let committed = committedRise(leading) {
      return committed >= Self.committedShare * process
        ? (.fragmentation, .fragmentation) : (.leak, .native)
    }
    return (.fragmentation, .fragmentation)
  }

  private func committedRise(_ leading: WindowAssessment) -> Double? {
    let isLong = leading.spanSeconds > 86_400
    let history = isLong ? evidence.long : evidence.day
    guard let committed = history.floors[.heapCommitted] else { return nil }
    let steps = Int((leading.spanSeconds / history.stepSeconds).rounded())
    let known = committed.suffix(steps).filter(\.isFinite)
    guard known.count >= 6 else { return nil }
    let sixth = known.count / 6
    return median(known.suffix(sixth)) - median(known.prefix(sixth))
  }

  private func median(_ values: some Collection<Double>) -> Double {
    values.sorted()[values.count / 2]
  }

  /// What the live heap contributes, bytes: its rise less what load and time of day explain.
  private func rise(_ heap: WindowAssessment) -> Double {
    guard let growth = heap.growth else { return 0 }
    let net = growth.slope * heap.coveredSeconds
    return heap.isGrowing ? max(heap.riseBytes, net) : min(heap.riseBytes, net)
  }

  /// Straight growth is a leak, growth that slows down a cache.
  private func shape(
    _ claims: [WindowAssessment], _ leading: WindowAssessment, straight: Flavour
  ) -> (Verdict, Flavour) {
    let (history, range) = known(leading)
    guard let shape = GrowthShape(history, signal: leading.signal, range: range),
      shape.deceleration >= thresholds.cacheEvidence
    else { return (.leak, straight) }
    return (.cache, .unboundedCache)
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

  private func figures(_ leading: WindowAssessment) -> GrowthFigures {
    guard let growth = leading.growth else { return GrowthFigures() }
    let day = 86_400.0
    let reach = 1.645 * growth.slopeError
    var figures = GrowthFigures(
      slopeBytesPerDay: growth.slope * day, slopeLow: (growth.slope - reach) * day,
      slopeHigh: (growth.slope + reach) * day)
    guard let room = room(leading) else { return figures }
    figures.secondsToLimit = room / growth.slope
    figures.secondsToLimitLow = room / (growth.slope + reach)
    figures.secondsToLimitHigh = growth.slope > reach ? room / (growth.slope - reach) : nil
    return figures
  }

  private func room(_ leading: WindowAssessment) -> Double? {
    switch leading.signal {
    case .heapLive, .heapUsed:
      let heapRoom = evidence.heapLimitBytes.map { max(0, $0 - leading.endBytes) }
      return heapRoom ?? evidence.limitBytes.map { max(0, $0 - evidence.totalBytes) }
    default:
      return evidence.limitBytes.map { max(0, $0 - evidence.totalBytes) }
    }
  }

  /// Nothing grows: why not.
  private func resting() -> GrowthVerdict {
    let rising = windows.filter { $0.growth != nil && $0.riseBytes > 0.03 * $0.levelBytes }
    let strongest = rising.max { $0.riseBytes < $1.riseBytes }
    var verdict = Verdict.steady
    if let strongest, let growth = strongest.growth {
      switch strongest.obstacle {
      case .warmingUp: verdict = .warmup
      case .liveHeapRests, .refilling, .tooSlow, .notRising, nil: verdict = .steady
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
    return GrowthVerdict(
      verdict: verdict, flavour: nil, growing: nil, growth: GrowthFigures(), leading: strongest,
      windows: windows, reasons: [])
  }

  private func reasons(_ claims: [WindowAssessment], _ leading: WindowAssessment) -> [String] {
    let hours = TimeSpan.seconds(leading.spanSeconds)
    guard let growth = leading.growth else { return [] }
    return [
      "\(name(leading.signal)) +\(ByteCount(growth.slope * 86_400))/day over \(hours)"
    ]
  }

  private func name(_ signal: Signal) -> String {
    switch signal {
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
