internal import TimeSeries

/// Which signals are kept, and in what form.
enum SeriesPlan {
  /// Signals with a window of buckets and floors.
  static let windowed: Set<Signal> = [
    .workingSet, .unreclaimable, .kernelUnreclaimable, .memoryCurrent, .memoryAnon, .memoryFile,
    .memoryShmem, .memorySock, .memorySwap, .heapUsed, .heapLive, .heapCommitted,
    .offHeap, .residentMemory, .goroutines, .threads, .openFileDescriptors,
    .uncollectableObjects,
  ]

  /// Counters that are kept as rates.
  static let rated: [Signal] = [.requestsTotal, .gcCountTotal, .gcPauseSecondsTotal]

  /// What the plain growth rule looks at, best first: the article's working set, else the nearest
  /// thing that this service has.
  static let growthRulePreference: [Signal] = [
    .workingSet, .memoryCurrent, .memoryAnon, .residentMemory, .heapUsed,
  ]

  /// What the time to an OOM kill is judged by, best first.
  static let oomPreference: [Signal] = [.unreclaimable, .workingSet, .residentMemory]
}

/// How many series may be kept in all, and what did not fit.
struct SeriesBudget: Sendable {
  var limit: Int
  private(set) var used = 0
  private var refused: [ServiceName: Set<Signal>] = [:]
  private var saidSeries = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes room for `count` more series, or notes that there is none.
  mutating func reserve(_ signal: Signal, of service: ServiceName, count: Int = 1) -> Bool {
    guard used + count <= limit else {
      refused[service, default: []].insert(signal)
      return false
    }
    used += count
    return true
  }

  mutating func release(_ count: Int, of service: ServiceName) {
    used -= count
    refused[service] = nil
  }

  /// What is left out, if more is than when this was last asked.
  mutating func unsaidOverflow() -> LeftOut? {
    let series = refused.values.reduce(0) { $0 + $1.count }
    defer { saidSeries = series }
    guard series > saidSeries, let example = refused.keys.min() else { return nil }
    return LeftOut(services: refused.count, series: series, example: example)
  }
}
