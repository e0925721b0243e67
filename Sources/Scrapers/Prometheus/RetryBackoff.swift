internal import TimeSeries

/// How long to wait before a request is tried again.
struct RetryBackoff: Sendable {
  /// Attempts in all, the first one included.
  var attempts = 5
  var first = TimeSpan.seconds(0.5)
  var longest = TimeSpan.seconds(30)
  /// A server that asks for more than this is not waited for.
  var longestAsked = TimeSpan.minutes(2)

  /// nil where no further attempt is worth making.
  ///
  /// - Parameters:
  ///   - made: attempts so far, at least one.
  ///   - asked: `Retry-After`.
  func delay(afterAttempts made: Int, asked: TimeSpan?) -> TimeSpan? {
    guard made < attempts else { return nil }
    var delay = first
    for _ in 1..<max(1, made) {
      delay = min(longest, TimeSpan(milliseconds: delay.milliseconds * 2))
    }
    guard let asked else { return delay }
    return asked <= longestAsked ? max(delay, asked) : nil
  }
}
