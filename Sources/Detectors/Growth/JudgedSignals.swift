internal import TimeSeries

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
  /// Memory that a process has from its start, and that warms up from there. Shared memory comes
  /// later and begins with nothing, and so does page cache.
  static func hasFootprint(_ signal: Signal) -> Bool {
    switch signal {
    case .heapUsed, .heapLive, .heapCommitted, .memoryAnon, .residentMemory: true
    default: false
    }
  }
}
