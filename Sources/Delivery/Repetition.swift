package import TimeSeries

/// How a receiver that forgets is kept informed: what fires is told again and again, what has ended
/// for a while (Alertmanager keeps alerts in memory alone, and drops what is not repeated).
package struct Repetition: Hashable, Sendable {
  /// Sinks of one group are members of one receiver: all are told the same.
  package var group: String
  /// From one delivery of a firing alert to its next.
  package var interval: TimeSpan
  /// How long an end is repeated, for a receiver that restarts just after it was told.
  package var resolvedFor: TimeSpan

  package init(group: String, interval: TimeSpan, resolvedFor: TimeSpan = .minutes(5)) {
    self.group = group
    self.interval = interval
    self.resolvedFor = resolvedFor
  }
}
