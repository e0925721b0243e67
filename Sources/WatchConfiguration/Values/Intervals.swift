internal import TimeSeries

/// Ranges that the same kind of duration has wherever it stands.
enum Intervals {
  /// How often something is read.
  static let allowed = TimeSpan(milliseconds: 100)...TimeSpan.hours(1)
  /// How long an answer may take.
  static let timeouts = TimeSpan(milliseconds: 100)...TimeSpan.minutes(10)
  /// How much of the past a rule looks at.
  static let windows = TimeSpan.seconds(5)...TimeSpan.days(30)
  /// How long a condition must hold, or an alert goes on.
  static let holds = TimeSpan.zero...TimeSpan.days(7)
}
