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

extension Configuration.Windows: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value("span", \.span, .duration(in: Intervals.windows), "what the buckets cover together"),
      .value(
        "buckets", \.buckets, .integer(in: 4...10_000),
        "into how many parts the span is folded; more are finer and cost memory"),
      .value(
        "floor_span", \.floorSpan, .duration(in: .hours(1)...(.days(90))),
        "for how long the lowest value of each hour is kept, to see slow leaks"),
      .value(
        "max_memory", \.maximumMemoryBytes, .byteSize(in: (1 << 20)...(1 << 40)),
        "bound for the windows of all series; over it the daemon says what it leaves out"),
      .optional(
        "max_series", \.maximumSeries, .integer(in: 1...100_000_000),
        absent: "as many as fit in max_memory", "a tighter bound on the number of series"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("span", "buckets") else { return }
    let bucket = TimeSpan(milliseconds: span.milliseconds / Int64(buckets))
    if bucket < Intervals.allowed.lowerBound {
      log.error(
        at: given.position(of: given.has("buckets") ? "buckets" : "span"),
        "\(buckets) buckets in \(DurationGrammar.write(span)) would be shorter than 100ms each")
    }
  }
}
