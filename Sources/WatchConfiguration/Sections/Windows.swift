package import TimeSeries

extension Configuration {
  /// `[windows]`: how much of the past is kept for each series, and in how much memory.
  package struct Windows: Sendable, Equatable {
    /// What the buckets of one series cover together.
    package var span = TimeSpan.hours(24)
    package var buckets = 96
    /// For how long the lowest value of each hour is kept.
    package var floorSpan = TimeSpan.days(14)
    /// Bound for the windows of all series together.
    package var maximumMemoryBytes = 256 << 20
    /// A tighter bound on the number of series; nil: as many as fit in the memory.
    package var maximumSeries: Int?

    package init() {}

    /// How many series are kept, where one takes `bytesPerSeries`. At least 1.
    package func seriesBound(bytesPerSeries: Int) -> Int {
      let fitting = max(1, maximumMemoryBytes / max(1, bytesPerSeries))
      return min(fitting, maximumSeries ?? fitting)
    }
  }
}
