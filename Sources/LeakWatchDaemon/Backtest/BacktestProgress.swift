internal import TimeSeries

/// How far a back-test has come, as one line.
struct BacktestProgress {
  var total: Int
  var finished: Int
  var elapsed: TimeSpan
  /// What is being looked at.
  var at: Timestamp
  var services: Int

  /// "[#####-----] 2026-11-12, 24 services, 41 s left", cut where it is too long.
  func text(width: Int) -> String {
    var parts = [
      "\(ProgressBar.text(finished, of: total)) \(at.rfc3339.prefix(10))",
      "\(services) service\(services == 1 ? "" : "s")",
    ]
    if let left = ProgressBar.secondsLeft(finished, of: total, after: elapsed) {
      parts.append("\(RoughDuration.text(left)) left")
    }
    return parts.joined(separator: ", ").shortenedAtItsEnd(to: width)
  }
}
