internal import TimeSeries

/// Goes through the diagnostic checklist and says what a service's memory does.
package struct GrowthJudge: Sendable {
  package var thresholds: GrowthThresholds

  package init(thresholds: GrowthThresholds = GrowthThresholds()) {
    self.thresholds = thresholds
  }

  package func judge(_ evidence: GrowthEvidence) -> GrowthVerdict {
    let windows = assessments(evidence)
    guard !windows.isEmpty else {
      return .insufficientData("too short a past: a verdict needs a few hours")
    }
    return VerdictComposer(evidence: evidence, windows: windows, thresholds: thresholds).verdict()
  }

  private func assessments(_ evidence: GrowthEvidence) -> [WindowAssessment] {
    var all: [WindowAssessment] = []
    for (history, windows, isLong) in [
      (evidence.day, thresholds.dayWindows, false), (evidence.long, thresholds.longWindows, true),
    ] {
      let assessor = WindowAssessor(
        thresholds: thresholds, history: history, totalBytes: evidence.totalBytes,
        limitBytes: evidence.limitBytes)
      let signals = JudgedSignals.among(history.floors.keys)
      for window in windows {
        let steps = Int((window.spanSeconds / history.stepSeconds).rounded())
        let range = max(0, history.count - steps)..<history.count
        let heap = HeapEvidence(history, range: range)
        var found = signals.compactMap { signal in
          assessor.assess(signal, window: window, isLong: isLong)
        }
        let used = found.first { $0.signal == .heapUsed }
        for index in found.indices
        where found[index].isGrowing && found[index].lives < thresholds.habitualLives {
          found[index].obstacle = obstacle(heap, found[index], used: used, evidence)
        }
        all += found
      }
    }
    if all.contains(where: { $0.signal == .heapUsed && $0.obstacle == .liveHeapRests }) {
      // What the heap takes from the system while it fills is explained by its filling.
      for index in all.indices
      where all[index].isGrowing && JudgedSignals.holdsHeap(all[index].signal) {
        all[index].obstacle = .liveHeapRests
      }
    }
    return all
  }

  /// - Parameter used: the heap in use in the same window, judged or not.
  private func obstacle(
    _ heap: HeapEvidence, _ claim: WindowAssessment, used: WindowAssessment?,
    _ evidence: GrowthEvidence
  ) -> WindowAssessment.Obstacle? {
    guard let used, let growth = claim.growth else { return nil }
    if heap.isRefilling(.heapUsed, to: used.endBytes),
      claim.signal == .heapUsed
        || JudgedSignals.holdsHeap(claim.signal) && isHeaps(heap, claim)
          && heap.isRefilling(claim.signal, to: claim.endBytes)
    {
      return .refilling
    }
    guard !endsSoon(growth, evidence) else { return nil }
    if claim.signal == .heapUsed {
      guard growth.wholeSlope * claim.coveredSeconds > 0.04 * claim.levelBytes else { return nil }
    } else {
      guard JudgedSignals.holdsHeap(claim.signal), isHeaps(heap, claim) else { return nil }
    }
    if heap.isCollected, claim.coveredSeconds < thresholds.garbageSeconds { return .maybeGarbage }
    return heap.rests(below: thresholds.restingPauseElasticity) ? .liveHeapRests : nil
  }

  /// A process that grows by what its heap takes grows for the heap's reasons.
  private func isHeaps(_ heap: HeapEvidence, _ claim: WindowAssessment) -> Bool {
    heap.climbBytes > claim.riseBytes / 2
  }

  /// Whether memory ends soon at the window's newest rate, and no bound of the heap's own comes
  /// first: then it is told whatever fills it.
  private func endsSoon(_ growth: WindowAssessment.Growth, _ evidence: GrowthEvidence) -> Bool {
    guard let limit = evidence.limitBytes, evidence.heapLimitBytes == nil, growth.lateSlope > 0
    else { return false }
    return (limit - evidence.totalBytes) / growth.lateSlope < thresholds.urgentSeconds
  }
}
