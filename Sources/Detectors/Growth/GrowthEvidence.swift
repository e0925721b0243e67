/// All that the verdict on a service is made from.
package struct GrowthEvidence: Sendable {
  /// The last day by buckets, and the last weeks by the hour.
  package var day: ServiceHistory
  package var long: ServiceHistory
  /// All memory in use that cannot be taken back, bytes; the nearest thing that is known.
  package var totalBytes: Double
  package var limitBytes: Double?
  package var heapLimitBytes: Double?

  package init(
    day: ServiceHistory, long: ServiceHistory, totalBytes: Double, limitBytes: Double?,
    heapLimitBytes: Double?
  ) {
    self.day = day
    self.long = long
    self.totalBytes = totalBytes
    self.limitBytes = limitBytes
    self.heapLimitBytes = heapLimitBytes
  }
}
