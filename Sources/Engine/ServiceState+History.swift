internal import Detectors
internal import TimeSeries

extension ServiceState {
  /// Signals whose growth is judged, each alone.
  static let judged: [Signal] = [
    .heapLive, .heapUsed, .memoryAnon, .residentMemory, .memoryShmem, .kernelUnreclaimable,
    .memorySock, .memoryFile, .heapCommitted, .offHeap, .workingSet, .memoryCurrent,
  ]

  /// The last day, bucket by bucket.
  func dayHistory(at now: Timestamp) -> ServiceHistory {
    let shape = windows.values.first?.shape ?? .standard
    return history(step: shape.bucketWidth, count: shape.bucketCount, at: now) {
      window, end, count in window.bucketValues(endingAt: end, count: count)
    }
  }

  /// The last weeks, hour by hour.
  func longHistory(at now: Timestamp) -> ServiceHistory {
    let shape = windows.values.first?.shape ?? .standard
    return history(step: shape.floorWidth, count: shape.floorCount, at: now) {
      window, end, count in window.hourValues(endingAt: end, count: count)
    }
  }

  private func history(
    step: TimeSpan, count: Int, at now: Timestamp,
    values: (Window, Timestamp, Int) -> [Double]
  ) -> ServiceHistory {
    let end = now.aligned(to: step)
    var floors: [Signal: [Double]] = [:]
    for signal in Self.judged {
      guard let window = windows[signal] else { continue }
      floors[signal] = values(window, end, count)
    }
    let requests = rates[.requestsTotal].map { values($0.window, end, count) }
    let pauses = rates[.gcPauseSecondsTotal].map { values($0.window, end, count) }
    let collections = rates[.gcCountTotal].map { values($0.window, end, count) }
    // What came before the first sample is no part of the history.
    let first = floors.values.compactMap { $0.firstIndex(where: \.isFinite) }.min() ?? count
    let start = (end.seconds - Double(count - first) * step.seconds)
    let moments = (first..<count).map { start + (Double($0 - first) + 0.5) * step.seconds }
    let lives = livesOf(moments)
    var perCollection: [Double]?
    if let pauses, let collections {
      perCollection = zip(pauses, collections).map { pause, collection in
        collection > 0 ? pause / collection : .nan
      }
    }
    return ServiceHistory(
      stepSeconds: step.seconds, startSeconds: moments.first ?? end.seconds,
      life: lives.indices, ageSeconds: lives.ages,
      load: requests.map { Array($0[first...]) },
      pausePerCollection: perCollection.map { Array($0[first...]) },
      pauseShare: pauses.map { Array($0[first...]) },
      collectionRate: collections.map { Array($0[first...]) },
      floors: floors.mapValues { Array($0[first...]) })
  }

  private func livesOf(_ moments: [Double]) -> (indices: [Int], ages: [Double]) {
    let seen = lives.map(\.seenAt.seconds)
    let began = lives.map { ($0.startedAt ?? $0.seenAt).seconds }
    var indices: [Int] = []
    var ages: [Double] = []
    indices.reserveCapacity(moments.count)
    ages.reserveCapacity(moments.count)
    var life = 0
    for moment in moments {
      while life + 1 < seen.count, seen[life + 1] <= moment { life += 1 }
      indices.append(life)
      ages.append(began.isEmpty ? 0 : max(0, moment - began[life]))
    }
    return (indices, ages)
  }
}
