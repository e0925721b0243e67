internal import TimeSeries

/// The steps of a history that take part in one window of one signal.
struct WindowRows {
  /// Indices into the history, rising.
  let indices: [Int]
  /// The signal's floors at them, bytes.
  let floors: [Double]
  /// Which life each belongs to, counted from the oldest of the history.
  let lives: [Int]
  /// The first row of each life that takes part, rising.
  let lifeStarts: [Int]
  let signal: Signal
  /// Bytes of one unit of the response.
  let scaleBytes: Double
  let stepSeconds: Double
  /// The load in the whole history.
  private let history: LoadColumns?

  /// Lives that are joined at most, the newest ones.
  static let mostLives = 6

  /// Steps between the first and the last.
  var spanSteps: Double { max(1, Double(indices[indices.count - 1] - indices[0])) }
  var spanSeconds: Double { spanSteps * stepSeconds }

  /// - Parameters:
  ///   - load: the history's.
  ///   - settledAge: steps of a younger life are left out, seconds.
  /// - Returns: nil where fewer than `least` steps are known.
  init?(
    _ history: ServiceHistory, load: LoadColumns?, signal: Signal, range: Range<Int>,
    settledAge: Double, least: Int
  ) {
    guard let known = history.floors[signal], least > 0 else { return nil }
    var indices: [Int] = []
    var floors: [Double] = []
    var lives: [Int] = []
    var starts: [Int] = []
    indices.reserveCapacity(range.count)
    floors.reserveCapacity(range.count)
    lives.reserveCapacity(range.count)
    let oldestLife = (history.life.last ?? 0) - Self.mostLives
    let allLife = history.life
    let ages = history.ageSeconds
    for index in range {
      let floor = known[index]
      let life = allLife[index]
      guard floor.isFinite, ages[index] >= settledAge, life > oldestLife else { continue }
      if let load, !load.current[index].isFinite { continue }
      if lives.last != life { starts.append(lives.count) }
      indices.append(index)
      floors.append(floor)
      lives.append(life)
    }
    guard indices.count >= least else { return nil }
    self.indices = indices
    self.floors = floors
    self.lives = lives
    lifeStarts = starts
    self.signal = signal
    self.history = load
    scaleBytes = max(floors.upperMedian, 1_048_576)
    stepSeconds = history.stepSeconds
  }

  var countsRequests: Bool { history != nil }

  /// The load at the same steps; nil where the service counts no requests.
  var load: LoadColumns? { history?.picked(indices) }

  /// What the signal follows by nature at the same steps, bytes; nil where nothing is known.
  ///
  /// The kernel's memory holds the index of the page cache, and grows with it. Where the live heap
  /// is known it is judged itself, and a process keeps the most that its heap ever used, garbage
  /// and all.
  func companion(in history: ServiceHistory) -> [Double]? {
    switch signal {
    case .kernelUnreclaimable:
      return history.floors[.memoryFile].flatMap(known)
    case .memoryAnon, .residentMemory:
      guard history.floors[.heapLive] != nil, let used = history.floors[.heapUsed] else {
        return nil
      }
      return known(Self.highest(used, history.life))
    default:
      return nil
    }
  }

  /// The values at these steps; nil where one is not known.
  private func known(_ values: [Double]) -> [Double]? {
    let picked = indices.map { values[$0] }
    return picked.allSatisfy(\.isFinite) ? picked : nil
  }

  /// The highest value so far in each life.
  private static func highest(_ values: [Double], _ lives: [Int]) -> [Double] {
    var top = Double.nan
    return values.indices.map { index in
      if index > 0, lives[index] != lives[index - 1] { top = .nan }
      if values[index].isFinite { top = top.isFinite ? max(top, values[index]) : values[index] }
      return top
    }
  }
}
