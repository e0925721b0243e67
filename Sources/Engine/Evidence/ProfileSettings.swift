package import TimeSeries

/// When profiles are taken and what they may cost.
package struct ProfileSettings: Hashable, Sendable {
  /// A process younger than this is not profiled: it grows because it has just begun.
  package var warmUp = TimeSpan.hours(1)
  /// How old the profile from before may become while nothing is suspected.
  package var renewal = TimeSpan.days(1)
  /// Least time between two profiles that are compared.
  package var leastGap = TimeSpan.hours(1)
  /// Growth that two profiles should have between them: less drowns in the sampling error.
  package var leastGrowthBytes = 16.0 * 1_048_576
  /// After a profile that failed, doubled with each failure in a row.
  package var retry = TimeSpan.minutes(15)
  /// Most profiles an hour of all services together; those without a suspicion take half of it.
  package var mostPerHour = 12
  /// Most bytes on disk of all services together.
  package var diskBytes: Int64 = 64 << 20
  /// None is taken where less than this is left to the service's limit.
  package var leastRoomBytes = 32.0 * 1_048_576
  /// A heap larger than this is not copied: the service stands still for ten seconds and more.
  package var mostCopiedHeapBytes = 128.0 * 1_048_576
  /// The objects of a larger heap are not counted: a JVM stands still for about a second for each GiB.
  package var mostPausedHeapBytes = 2048.0 * 1_048_576
  /// A profile of more goroutines than this is not taken: each is stopped and walked.
  package var mostGoroutines = 10_000.0

  package init() {}

  /// How long to wait for growth of `leastGrowthBytes`; a day at most.
  func gap(_ suspicion: ProfileSubject.Suspicion) -> TimeSpan {
    guard let slope = suspicion.bytesPerDay, slope > 0 else { return leastGap }
    let days = min(1, leastGrowthBytes / slope)
    return max(leastGap, TimeSpan.seconds((days * 86_400).rounded()))
  }
}
