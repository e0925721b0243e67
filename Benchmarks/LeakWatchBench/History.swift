internal import ArgumentParser
internal import TimeSeries

/// The history that LeakWatch and Prometheus are both given: the same series, the same samples.
struct HistoryOptions: ParsableArguments {
  @Option(help: "Unix seconds of the newest sample; a multiple of the step.")
  var end: Int64

  @Option(help: "Series of memory.")
  var services = 10_000

  @Option(help: "Counters of GC pauses; each belongs to one of the services.")
  var collectors = 1_000

  @Option(help: "Seconds between samples.")
  var step: Int64 = 60

  @Option(help: "Length of the history.")
  var hours: Int64 = 24

  var newest: Timestamp { Timestamp(seconds: Double(end)) }

  var seriesCount: Int { services + collectors }

  var sampleCount: Int { seriesCount * Int(hours * 3600 / step) }
}

/// Series by number: services first, then collectors.
struct History {
  let options: HistoryOptions
  private(set) var series: [SyntheticSeries]

  init(_ options: HistoryOptions) {
    self.options = options
    series =
      (0..<options.services).map { SyntheticSeries(memoryOf: $0) }
      + (0..<options.collectors).map { SyntheticSeries(pausesOf: $0) }
  }

  /// Moments of all samples, oldest first. The range [end − hours, end] holds exactly these.
  var moments: [Timestamp] {
    stride(
      from: options.end - options.hours * 3600 + options.step, through: options.end,
      by: Int64.Stride(options.step)
    ).map { Timestamp(seconds: Double($0)) }
  }

  func isService(_ number: Int) -> Bool { number < options.services }

  /// The next sample of one series.
  mutating func nextValue(of number: Int) -> Double {
    series[number].next(after: Double(options.step))
  }
}
