internal import TimeSeries

/// Judges one window of one signal.
struct WindowAssessor {
  let thresholds: GrowthThresholds
  let history: ServiceHistory
  /// All memory of the service at the end, bytes: what growth is measured against.
  let totalBytes: Double
  /// What memory is bounded by, bytes; nil without a limit.
  let limitBytes: Double?
  private let load: LoadColumns?

  init(
    thresholds: GrowthThresholds, history: ServiceHistory, totalBytes: Double, limitBytes: Double?
  ) {
    self.thresholds = thresholds
    self.history = history
    self.totalBytes = totalBytes
    self.limitBytes = limitBytes
    load = LoadColumns(history)
  }

  /// - Parameter isForced: holds the contest also where the floors do not rise together.
  /// - Returns: nil where too little of the window is known.
  func assess(
    _ signal: Signal, window: GrowthThresholds.Window, isLong: Bool, isForced: Bool = false
  ) -> WindowAssessment? {
    let steps = Int((window.spanSeconds / history.stepSeconds).rounded())
    let range = max(0, history.count - steps)..<history.count
    let leastSteps = Int(Double(steps) * thresholds.coverage)
    guard range.count >= leastSteps else { return nil }
    guard
      let rows = WindowRows(
        history, load: load, signal: signal, range: range, settledAge: settledAge(range, window),
        least: max(12, leastSteps * 7 / 10))
    else { return nil }
    let sixth = max(1, rows.floors.count / 6)
    let end = rows.floors.suffix(sixth).upperMedian
    var assessment = WindowAssessment(
      signal: signal, spanSeconds: window.spanSeconds, coveredSeconds: rows.spanSeconds,
      lives: rows.lifeStarts.count,
      ageSeconds: history.ageSeconds[rows.indices[rows.indices.count - 1]],
      levelBytes: rows.scaleBytes,
      endBytes: end, riseBytes: end - rows.floors.prefix(sixth).upperMedian,
      agreement: agreement(rows), growth: nil, obstacle: nil)
    let isHabitual = rows.lifeStarts.count >= thresholds.habitualLives
    let least = isHabitual ? 0 : window.leastAgreement
    guard isForced || assessment.agreement >= least else {
      assessment.obstacle = .notRising
      return assessment
    }
    let withSeason = isLong || !rows.countsRequests
    guard
      let contest = ExplanationContest(
        Regressors(history, rows: rows, withSeason: withSeason),
        hasEmptyStart: JudgedSignals.hasFootprint(signal))
    else { return nil }
    let growth = figures(contest)
    assessment.growth = growth
    assessment.obstacle = obstacle(
      growth, assessment, window: window, isHabitual: isHabitual)
    return assessment
  }

  /// Windows of a day and longer leave the start of a life out, unless lives are so short that
  /// nothing would remain.
  private func settledAge(_ range: Range<Int>, _ window: GrowthThresholds.Window) -> Double {
    let start = max(900, history.stepSeconds)
    guard window.spanSeconds >= 86_400,
      (history.ageSeconds.last ?? 0) >= thresholds.warmUpSeconds
    else { return start }
    let ends = range.dropFirst().count { history.life[$0] != history.life[$0 - 1] }
    let lives = range.isEmpty ? 0 : 1 + ends
    guard lives < thresholds.habitualLives else { return start }
    return thresholds.settledSeconds
  }

  private func figures(_ contest: ExplanationContest) -> WindowAssessment.Growth {
    let regressors = contest.regressors
    let layout = regressors.layout
    let rows = regressors.rows
    let perSecond = rows.scaleBytes / rows.stepSeconds
    let positions = rows.indices.map(Double.init)
    let growing = contest.response { $0 != layout.linear }
    let calm = contest.response {
      layout.load.contains($0) || layout.season.contains($0) || layout.intercepts.contains($0)
    }
    let moved = zip(regressors.response, calm).map { $0 - $1 }
    let range = moved.ranked(moved.count * 95 / 100) - moved.ranked(moved.count / 20)
    let late = positions.count * 2 / 3
    let slope = contest.slope
    let ordinary = contest.ordinary
    let best = contest.growth.explanation.growth
    let lateGrowing = line(positions[late...], growing[late...]) * perSecond
    let rho = contest.windows[contest.linear.window].rho
    let freedom = Double(rows.floors.count - contest.linear.fit.columns.count)
    return WindowAssessment.Growth(
      evidence: contest.evidence, slope: slope.value, slopeError: slope.error,
      degreesOfFreedom: max(2, freedom * (1 - rho) / (1 + rho)),
      lateSlope: line(positions[late...], calm[late...]) * perSecond,
      wholeSlope: line(positions[...], calm[...]) * perSecond,
      lateShare: slope.value > 0 ? lateGrowing / slope.value : 0,
      ordinaryRange: range * rows.scaleBytes,
      curvature: contest.curvature, isDecelerating: best == .decelerating,
      isPerRequest: best == .perRequest,
      ordinary: WindowAssessment.Ordinary(
        load: layout.load.contains { ordinary.fit.columns.contains($0) },
        warmUp: ordinary.explanation.warmUp.contains { ordinary.fit.columns.contains($0) },
        season: ordinary.explanation.hasSeason, steps: ordinary.explanation.steps),
      noiseBytes: (contest.linear.fit.residual / Double(rows.floors.count)).squareRoot()
        * rows.scaleBytes,
      correlation: rho)
  }

  private func obstacle(
    _ growth: WindowAssessment.Growth, _ assessment: WindowAssessment,
    window: GrowthThresholds.Window, isHabitual: Bool
  ) -> WindowAssessment.Obstacle? {
    if growth.slope <= 0 { return .explained }
    var demands = [window.demand] + [window.decisive].compactMap { $0 }
    // Half a daily wave does not slow either: where it is no column, only the load can tell.
    let knowsDay = history.load != nil || window.spanSeconds >= 86_400
    if let unslowed = window.unslowed, knowsDay, isUnslowed(growth) { demands.append(unslowed) }
    let shortfalls = demands.map { shortfall($0, growth, assessment, isHabitual) }
    if !shortfalls.contains(nil) { return shortfalls[0] }
    if growth.lateShare < thresholds.lateShare
      || growth.lateSlope < thresholds.rawLateShare * growth.wholeSlope
    {
      return .faded
    }
    if growth.slope * assessment.coveredSeconds < thresholds.contrast * growth.ordinaryRange {
      return .withinOrdinary
    }
    if !isHabitual, !isUrgent(growth, assessment), isWarmingUp(growth, assessment) {
      return .warmingUp
    }
    return nil
  }

  private func isUnslowed(_ growth: WindowAssessment.Growth) -> Bool {
    growth.lateShare >= thresholds.unslowedShare
      && growth.lateSlope >= thresholds.unslowedShare * growth.wholeSlope
  }

  private func isWarmingUp(
    _ growth: WindowAssessment.Growth, _ assessment: WindowAssessment
  ) -> Bool {
    if assessment.ageSeconds < thresholds.warmUpSeconds { return !isSteady(growth, assessment) }
    return assessment.ageSeconds < thresholds.slowingWarmUpSeconds && growth.isDecelerating
      && growth.lateSlope < thresholds.slowingShare * growth.wholeSlope
  }

  /// What growth lacks of one demand.
  private func shortfall(
    _ demand: GrowthThresholds.Demand, _ growth: WindowAssessment.Growth,
    _ assessment: WindowAssessment, _ isHabitual: Bool
  ) -> WindowAssessment.Obstacle? {
    if !isHabitual, assessment.agreement < demand.agreement { return .notRising }
    let isCoarse = JudgedSignals.isCoarse(assessment.signal)
    if growth.evidence < max(demand.evidence, isCoarse ? thresholds.coarseEvidence : 0) {
      return .explained
    }
    let memory = max(totalBytes, thresholds.leastMemoryBytes)
    return growth.slope * 86_400 < demand.growthPerDay * memory ? .tooSlow : nil
  }

  /// Whether a young life grows as it did at first, which no warm-up does.
  private func isSteady(_ growth: WindowAssessment.Growth, _ assessment: WindowAssessment) -> Bool {
    let isOwn =
      JudgedSignals.hasFootprint(assessment.signal) || assessment.signal == .kernelUnreclaimable
    let (age, share) =
      isOwn
      ? (thresholds.steadySeconds, thresholds.unslowedShare) : (thresholds.steadySharedSeconds, 1)
    return assessment.ageSeconds >= age && growth.evidence >= thresholds.steadyEvidence
      && growth.lateShare >= share && growth.lateSlope >= share * growth.wholeSlope
  }

  /// Whether memory ends soon at the rate of the window's last third.
  private func isUrgent(_ growth: WindowAssessment.Growth, _ assessment: WindowAssessment) -> Bool {
    guard let limitBytes, growth.lateSlope > growth.wholeSlope / 2 else { return false }
    return growth.evidence > thresholds.urgentEvidence
      && (limitBytes - totalBytes) / growth.lateSlope < thresholds.urgentSeconds
  }

  private func line(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double {
    var moments = Moments.empty
    for (x, y) in zip(x, y) { moments.add(time: x, value: y) }
    return moments.slope ?? 0
  }

  /// Kendall's tau of the lowest values of eight parts, pairs of one life only: what a regression
  /// claims must be visible in the floors themselves.
  private func agreement(_ rows: WindowRows) -> Double {
    var score = 0.0
    var pairs = 0.0
    var start = 0
    while start < rows.floors.count {
      let life = rows.lives[start]
      let end = rows.lives[start...].firstIndex { $0 != life } ?? rows.floors.count
      let share = Double(end - start) / Double(rows.floors.count)
      let parts = max(1, min(end - start, Int((8 * share).rounded())))
      let minima = (0..<parts).map { part in
        let low = start + part * (end - start) / parts
        let high = start + (part + 1) * (end - start) / parts
        return rows.floors[low..<high].min() ?? 0
      }
      score += MannKendall.sumOfSigns(minima)
      pairs += MannKendall.pairs(parts)
      start = end
    }
    return pairs > 0 ? score / pairs : 0
  }
}
