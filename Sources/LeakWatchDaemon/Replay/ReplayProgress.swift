internal import TimeSeries

/// How far a replay has come, as one line.
struct ReplayProgress {
  var total: Int
  var finished: Int
  var elapsed: TimeSpan
  /// The trace whose turn it is; nil where none is left.
  var current: String?

  /// "[#####-----] 120 of 300 traces, 41 s left, leak_req_017", cut where it is too long: what
  /// wraps cannot be cleared.
  func text(width: Int) -> String {
    var parts = [
      "\(ProgressBar.text(finished, of: total)) \(finished) of \(total) "
        + "trace\(total == 1 ? "" : "s")"
    ]
    let secondsLeft = ProgressBar.secondsLeft(finished, of: total, after: elapsed)
    if let secondsLeft { parts.append("\(RoughDuration.text(secondsLeft)) left") }
    if let current { parts.append(current.printable) }
    return parts.joined(separator: ", ").shortenedAtItsEnd(to: width)
  }
}
