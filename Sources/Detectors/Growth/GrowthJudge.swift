internal import TimeSeries

/// All that the verdict on a service is made from.
package struct GrowthEvidence: Sendable {
  /// The last day by buckets, and the last weeks by the hour.
  package var day: ServiceHistory
  package var long: ServiceHistory
  /// All memory in use that cannot be taken back, bytes; the nearest thing that is known.
  package var totalBytes: Double
  package var limitBytes: Double?
  package var heapLimitBytes: Double?

  package init(
    day: ServiceHistory, long: ServiceHistory, totalBytes: Double, limitBytes: Double?,
    heapLimitBytes: Double?
  ) {
    self.day = day
    self.long = long
    self.totalBytes = totalBytes
    self.limitBytes = limitBytes
    self.heapLimitBytes = heapLimitBytes
  }
}

/// Goes through the diagnostic checklist and says what a service's memory does.
package struct GrowthJudge: Sendable {
  package var thresholds: GrowthThresholds

  package init(thresholds: GrowthThresholds = GrowthThresholds()) {
    self.thresholds = thresholds
  }

  package func judge(_ evidence: GrowthEvidence) -> GrowthVerdict {
    let windows = assessments(evidence)
    guard !windows.isEmpty else {
      return .insufficientData("too short a past: a verdict needs about half a day")
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
      for window in windows {
        let steps = Int((window.spanSeconds / history.stepSeconds).rounded())
        let range = max(0, history.count - steps)..<history.count
        let heap = HeapEvidence(history, range: range)
        for signal in JudgedSignals.among(history.floors.keys) {
          guard var found = assessor.assess(signal, window: window, isLong: isLong) else {
            continue
          }
          if found.isGrowing, found.lives < thresholds.habitualLives,
            let obstacle = self.obstacle(heap, signal, found)
          {
            found.obstacle = obstacle
          }
          all.append(found)
        }
      }
    }
    let rests = all.contains {
      $0.signal == .heapUsed && ($0.obstacle == .liveHeapRests || $0.obstacle == .refilling)
    }
    if rests {
      // What the heap takes from the system while it fills is explained by its filling.
      for index in all.indices
      where all[index].isGrowing && JudgedSignals.holdsHeap(all[index].signal) {
        all[index].obstacle = .liveHeapRests
      }
    }
    return all
  }

  private func obstacle(
    _ heap: HeapEvidence, _ signal: Signal, _ found: WindowAssessment
  ) -> WindowAssessment.Obstacle? {
    guard signal == .heapUsed, let growth = found.growth,
      growth.wholeSlope * found.coveredSeconds > 0.04 * found.levelBytes
    else { return nil }
    if let level = heap.levelBeforeFall, found.endBytes < level { return .refilling }
    return heap.rests(below: thresholds.restingPauseElasticity) ? .liveHeapRests : nil
  }
}

/// Which signals are judged, each alone.
enum JudgedSignals {
  /// Best first. Anonymous memory stands for the process where the kernel tells it, resident or
  /// the whole group's memory where it does not.
  static func among(_ known: some Collection<Signal>) -> [Signal] {
    var signals: [Signal] = []
    if known.contains(.heapLive) {
      signals.append(.heapLive)
    } else if known.contains(.heapUsed) {
      signals.append(.heapUsed)
    }
    if known.contains(.memoryAnon) {
      signals.append(.memoryAnon)
    } else if known.contains(.residentMemory) {
      signals.append(.residentMemory)
    } else if signals.isEmpty {
      signals += [Signal.workingSet, .memoryCurrent].filter(known.contains).prefix(1)
    }
    for signal in [Signal.memoryShmem, .kernelUnreclaimable, .memorySock]
    where known.contains(signal) {
      signals.append(signal)
    }
    return signals
  }

  /// Whether the signal also counts page cache, which grows by itself.
  static func isCoarse(_ signal: Signal) -> Bool {
    signal == .workingSet || signal == .memoryCurrent
  }

  static func holdsHeap(_ signal: Signal) -> Bool {
    switch signal {
    case .heapUsed, .heapCommitted, .memoryAnon, .residentMemory, .workingSet, .memoryCurrent: true
    default: false
    }
  }
}
