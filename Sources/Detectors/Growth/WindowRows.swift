internal import TimeSeries

internal import func Glibc.exp

/// The steps of a history that take part in one window of one signal.
struct WindowRows {
  /// Indices into the history, rising.
  let indices: [Int]
  /// The signal's floors at them, bytes.
  let floors: [Double]
  /// Which life each belongs to, counted from the oldest of the history.
  let lives: [Int]
  /// The first index of each life that takes part.
  let lifeStarts: [Int: Int]
  /// The load at the same steps; nil where the service counts no requests.
  let load: LoadColumns?
  /// What the signal follows by nature at the same steps, bytes; nil where nothing is known.
  let companion: [Double]?
  /// Bytes of one unit of the response.
  let scaleBytes: Double
  let stepSeconds: Double

  /// Lives that are joined at most, the newest ones.
  static let mostLives = 6

  /// Steps between the first and the last.
  var spanSteps: Double { max(1, Double(indices[indices.count - 1] - indices[0])) }
  var spanSeconds: Double { spanSteps * stepSeconds }

  /// - Parameters:
  ///   - settledAge: steps of a younger life are left out, seconds.
  /// - Returns: nil where fewer than `least` steps are known.
  init?(
    _ history: ServiceHistory, signal: Signal, range: Range<Int>, settledAge: Double, least: Int
  ) {
    guard let known = history.floors[signal], least > 0 else { return nil }
    let allLoad = history.load
    var indices: [Int] = []
    let oldestLife = (history.life.last ?? 0) - Self.mostLives
    for index in range
    where known[index].isFinite && history.ageSeconds[index] >= settledAge
      && history.life[index] > oldestLife && allLoad?[index].isFinite ?? true
    {
      indices.append(index)
    }
    guard indices.count >= least else { return nil }
    self.indices = indices
    floors = indices.map { known[$0] }
    lives = indices.map { history.life[$0] }
    var starts: [Int: Int] = [:]
    for (index, life) in zip(indices, lives) where starts[life] == nil { starts[life] = index }
    lifeStarts = starts
    load = allLoad.map { LoadColumns(history, load: $0).picked(indices) }
    companion = Self.companion(of: signal, history).flatMap { values in
      let picked = indices.map { values[$0] }
      return picked.allSatisfy(\.isFinite) ? picked : nil
    }
    scaleBytes = max(floors.sorted()[indices.count / 2], 1_048_576)
    stepSeconds = history.stepSeconds
  }

  /// The kernel's memory holds the index of the page cache, and grows with it. Where the live heap
  /// is known it is judged itself, and a process keeps the most that its heap ever used, garbage
  /// and all.
  private static func companion(of signal: Signal, _ history: ServiceHistory) -> [Double]? {
    switch signal {
    case .kernelUnreclaimable:
      return history.floors[.memoryFile]
    case .memoryAnon, .residentMemory:
      guard history.floors[.heapLive] != nil, let used = history.floors[.heapUsed] else {
        return nil
      }
      return highest(used, history.life)
    default:
      return nil
    }
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

/// The load in the three forms in which memory follows it, requests a second.
struct LoadColumns {
  /// Now.
  private(set) var current: [Double]
  /// Smoothed over the last hours: what has been taken is given back late.
  private(set) var recent: [Double]
  /// The highest so far in this life: freed memory often stays with the process.
  private(set) var highest: [Double]

  private static let memorySeconds = 3.0 * 3600

  init(_ history: ServiceHistory, load: [Double]) {
    let weight = 1 - exp(-history.stepSeconds / Self.memorySeconds)
    current = load
    recent = load
    highest = load
    var smooth = Double.nan
    var top = Double.nan
    var life = -1
    for index in load.indices {
      if history.life[index] != life {
        life = history.life[index]
        top = .nan
      }
      let value = load[index]
      if value.isFinite {
        smooth = smooth.isFinite ? smooth + weight * (value - smooth) : value
        top = top.isFinite ? max(top, smooth) : smooth
      }
      recent[index] = smooth
      highest[index] = top
    }
  }

  func picked(_ indices: [Int]) -> LoadColumns {
    var picked = self
    picked.current = indices.map { current[$0] }
    picked.recent = indices.map { recent[$0] }
    picked.highest = indices.map { highest[$0] }
    return picked
  }
}
