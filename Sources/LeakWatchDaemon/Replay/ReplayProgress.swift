internal import TimeSeries

/// How far a replay has come, as one line.
struct ReplayProgress {
  private static let barWidth = 20
  /// Before it the rate is a guess.
  private static let leastElapsed = TimeSpan.seconds(1)

  var total: Int
  var finished: Int
  var elapsed: TimeSpan
  /// The trace whose turn it is; nil where none is left.
  var current: String?

  /// "[#####-----] 120 of 300 traces, 41 s left, leak_req_017", cut where it is too long: what
  /// wraps cannot be cleared.
  func text(width: Int) -> String {
    let filled = total > 0 ? Self.barWidth * finished / total : Self.barWidth
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: "-", count: Self.barWidth - filled)
    var parts = ["[\(bar)] \(finished) of \(total) traces"]
    if let secondsLeft { parts.append("\(RoughDuration.text(secondsLeft)) left") }
    if let current { parts.append(current.printable) }
    return parts.joined(separator: ", ").shortenedAtItsEnd(to: width)
  }

  private var secondsLeft: Double? {
    guard finished > 0, finished < total, elapsed >= Self.leastElapsed else { return nil }
    return (elapsed.seconds / Double(finished) * Double(total - finished)).rounded(.up)
  }
}
