internal import TimeSeries

/// What every line of progress begins with.
enum ProgressBar {
  private static let width = 20
  /// Before it the rate is a guess.
  private static let leastElapsed = TimeSpan.seconds(1)

  /// "[#####---------------]"
  static func text(_ finished: Int, of total: Int) -> String {
    let filled = total > 0 ? width * finished / total : width
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: "-", count: width - filled) + "]"
  }

  /// nil before anything can be said.
  static func secondsLeft(_ finished: Int, of total: Int, after elapsed: TimeSpan) -> Double? {
    guard finished > 0, finished < total, elapsed >= leastElapsed else { return nil }
    return (elapsed.seconds / Double(finished) * Double(total - finished)).rounded(.up)
  }
}
