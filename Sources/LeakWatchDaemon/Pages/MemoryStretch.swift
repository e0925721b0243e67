internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// A stretch of a service's past, and what will follow, as a picture needs it: bytes and shares by
/// step, NaN where nothing is known.
struct MemoryStretch {
  /// One kind of memory, stacked upon the others.
  struct Layer {
    var name: String
    /// Also the class of its area.
    var style: String
    var values: [Double]
  }

  /// One kind of memory by itself.
  struct Curve {
    var name: String
    var style: String
    var values: [Double]
  }

  /// The line that the verdict has fitted.
  struct Trend {
    var signal: Signal
    /// What was fitted: of the present life the part that lies in the window.
    var start: Timestamp
    var end: Timestamp
    /// A moment and what it was then.
    var anchor: Timestamp
    var anchorBytes: Double
    /// Bytes a second, with their interval.
    var slope: Double
    var low: Double
    var high: Double

    /// - Parameter slope: turned about the middle of the window, which is known best.
    func value(at moment: Timestamp, slope: Double) -> Double {
      let middle = start + TimeSpan(milliseconds: (end - start).milliseconds / 2)
      let pivot = anchorBytes + self.slope * (middle - anchor).seconds
      return pivot + slope * (moment - middle).seconds
    }
  }

  var start: Timestamp
  var now: Timestamp
  /// Later than now where there is something to foresee.
  var end: Timestamp
  /// Of the first step; steps follow without a gap.
  var firstStep: Timestamp
  var step: TimeSpan
  var layers: [Layer]
  var curves: [Curve]
  var trend: Trend?
  var limit: Double?
  /// Of what is not known to be a new build.
  var restarts: [Timestamp]
  /// New builds.
  var deploys: [IncarnationChange]
  var kills: [KillRecord]
  var episodes: [EpisodeRecord]
  /// Requests a second, and the share of time in GC pauses; nil where they are not known.
  var requests: [Double]?
  var pauseShare: [Double]?

  /// - Parameter length: of the past that is shown.
  init(
    _ history: ServiceHistory, of past: ServicePast, verdict: GrowthVerdict?, limit: Double?,
    entry: Chronicle.Entry, length: TimeSpan, now: Timestamp
  ) {
    step = .seconds(history.stepSeconds)
    firstStep = Timestamp(seconds: history.startSeconds - history.stepSeconds / 2)
    start = now - length
    self.now = now
    self.limit = limit
    layers = Self.layers(history.floors)
    curves = Self.curves(history.floors, memory: past.memory, leading: verdict?.leading?.signal)
    trend = Self.trend(verdict, at: past.judgedAt ?? now, after: past.changes.last?.seenAt)
    // A quarter more, so that it is seen where a line goes.
    end = trend == nil ? now : now + TimeSpan(milliseconds: length.milliseconds / 4)
    let start = start
    let changes = past.changes.filter { $0.seenAt >= start }
    restarts = changes.filter { $0.isNewBuild != true }.map(\.seenAt)
    deploys = changes.filter { $0.isNewBuild == true }
    kills = entry.kills.filter { $0.at >= start }
    episodes = entry.episodes.filter { ($0.endedAt ?? now) >= start }
    requests = Self.known(history.load)
    pauseShare = Self.known(history.pauseShare)
  }

  var count: Int { curves.first?.values.count ?? layers.first?.values.count ?? 0 }

  /// The middle of a step.
  func moment(of index: Int) -> Timestamp {
    firstStep
      + TimeSpan(milliseconds: step.milliseconds * Int64(index) + step.milliseconds / 2)
  }

  private static func known(_ values: [Double]?) -> [Double]? {
    values.flatMap { $0.contains(where: \.isFinite) ? $0 : nil }
  }

  /// What the kernel accounts for, heap and stacks first. Its "file" holds shared memory once more.
  private static func layers(_ floors: [Signal: [Double]]) -> [Layer] {
    guard let anon = known(floors[.memoryAnon]) else { return [] }
    var layers = [Layer(name: "anon", style: "anon", values: anon)]
    let shmem = known(floors[.memoryShmem])
    if let shmem { layers.append(Layer(name: "shmem", style: "shmem", values: shmem)) }
    if let kernel = known(floors[.kernelUnreclaimable]) {
      layers.append(Layer(name: "kernel", style: "kernel", values: kernel))
    }
    if let sock = known(floors[.memorySock]) {
      layers.append(Layer(name: "sockets", style: "sock", values: sock))
    }
    if let file = known(floors[.memoryFile]) {
      let cache = zip(file, shmem ?? Array(repeating: 0, count: file.count)).map { file, shared in
        file.isFinite ? max(0, file - (shared.isFinite ? shared : 0)) : .nan
      }
      layers.append(Layer(name: "page cache", style: "file", values: cache))
    }
    // A kind that is nothing all the time is no news.
    return layers.filter { layer in layer.values.contains { $0.isFinite && $0 > 0 } }
  }

  private static func curves(
    _ floors: [Signal: [Double]], memory: Signal?, leading: Signal?
  ) -> [Curve] {
    var wanted: [(signal: Signal, style: String)] = []
    if let memory { wanted.append((memory, "memory")) }
    for (signal, style) in [
      (Signal.heapLive, "heap"), (.heapUsed, "heap"), (leading ?? .heapUsed, "leading"),
    ]
    where !wanted.contains(where: { $0.signal == signal || $0.style == style && style == "heap" }) {
      wanted.append((signal, style))
    }
    return wanted.compactMap { wanted in
      known(floors[wanted.signal]).map {
        Curve(name: name(wanted.signal), style: wanted.style, values: $0)
      }
    }
  }

  static func name(_ signal: Signal) -> String {
    switch signal {
    case .workingSet: "working set"
    case .memoryCurrent: "memory in use"
    case .memoryAnon: "anon"
    case .residentMemory: "resident memory"
    case .heapUsed: "heap in use"
    case .heapLive: "live heap"
    case .heapCommitted: "heap committed"
    case .offHeap: "memory beside the heap"
    case .memoryShmem: "shmem"
    case .kernelUnreclaimable: "kernel memory"
    case .memorySock: "socket memory"
    case .memoryFile: "files"
    default: signal.rawValue
    }
  }

  private static func trend(
    _ verdict: GrowthVerdict?, at judgedAt: Timestamp, after restart: Timestamp?
  ) -> Trend? {
    guard let verdict, verdict.verdict.isAlerting, let window = verdict.leading,
      let slope = verdict.growth.slopeBytesPerDay
    else { return nil }
    let perSecond = { (bytesPerDay: Double) in bytesPerDay / 86_400 }
    let start = judgedAt - .seconds(window.coveredSeconds)
    return Trend(
      signal: window.signal, start: max(start, restart ?? start), end: judgedAt,
      // The window's end is the mean of its last sixth.
      anchor: judgedAt - .seconds(window.coveredSeconds / 12), anchorBytes: window.endBytes,
      slope: perSecond(slope),
      low: perSecond(verdict.growth.slopeLow ?? slope),
      high: perSecond(verdict.growth.slopeHigh ?? slope))
  }
}
