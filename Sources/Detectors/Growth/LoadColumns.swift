internal import TimeSeries

internal import func Glibc.exp

/// The load in the three forms in which memory follows it, requests a second.
struct LoadColumns {
  /// Now.
  private(set) var current: [Double]
  /// Smoothed over the last hours: what has been taken is given back late.
  private(set) var recent: [Double]
  /// The highest so far in this life: freed memory often stays with the process.
  private(set) var highest: [Double]

  private static let memorySeconds = 3.0 * 3600

  /// Of a whole history, step by step: it serves every window of every signal.
  ///
  /// - Returns: nil where the service counts no requests.
  init?(_ history: ServiceHistory) {
    guard let load = history.load else { return nil }
    let weight = 1 - exp(-history.stepSeconds / Self.memorySeconds)
    let lives = history.life
    var recent = load
    var highest = load
    var smooth = Double.nan
    var top = Double.nan
    var life = -1
    for index in load.indices {
      if lives[index] != life {
        life = lives[index]
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
    current = load
    self.recent = recent
    self.highest = highest
  }

  func picked(_ indices: [Int]) -> LoadColumns {
    var picked = self
    picked.current = indices.map { current[$0] }
    picked.recent = indices.map { recent[$0] }
    picked.highest = indices.map { highest[$0] }
    return picked
  }
}
