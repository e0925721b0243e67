internal import Alerting
internal import ArgumentParser
internal import Engine
internal import LinuxSystem
internal import TimeSeries

/// Keeps a history in memory until standard input ends, so that the harness can look at this
/// process from outside as it looks at the peers; then times the growth rule over it.
struct HoldHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep a history until standard input ends, then time the growth rule over it.")

  @OptionGroup var options: HistoryOptions

  @Option(help: "Times that the rule is measured.")
  var repetitions = 15

  @Argument(help: "In which form.")
  var form: HistoryForm

  func run() throws {
    let started = SystemClock.processCPUNanoseconds()
    var held = HeldHistory(History(options), as: form)
    let seconds = Double(SystemClock.processCPUNanoseconds() - started) / 1e9
    Line.write([
      ("series", .integer(Int64(options.seriesCount))),
      ("samples", .integer(Int64(options.sampleCount))), ("feed_cpu_s", .number(seconds)),
    ])
    _ = try WholeFile.read("-", limit: 1 << 20)
    switch form {
    case .windows, .engine: withExtendedLifetime(held) {}
    case .windowsAndLogs: measureSlopes(held.logs.span.extracting(first: options.services))
    case .engineWithGrowthRule: measureEvaluation(&held)
    }
  }

  /// `deriv(memory[24h]) > 0` over every service: each line counts the series that grow. A span
  /// lends each log where an array would copy it.
  private func measureSlopes(_ logs: Span<SampleLog>) {
    var caches = CacheEviction()
    for _ in 0..<repetitions {
      caches.evict()
      let started = SystemClock.threadCPUNanoseconds()
      var growing = 0
      for number in logs.indices {
        if let slope = logs[number].leastSquaresSlope, slope > 0 { growing += 1 }
      }
      report(since: started, count: growing)
    }
  }

  /// Every rule on every service: each line counts the effects.
  private func measureEvaluation(_ held: inout HeldHistory) {
    var caches = CacheEviction()
    for _ in 0..<repetitions {
      caches.evict()
      let started = SystemClock.threadCPUNanoseconds()
      let count = held.engine?.handle(.evaluate, at: options.newest).count
      report(since: started, count: count ?? 0)
    }
  }

  private func report(since started: Int64, count: Int) {
    let spent = Double(SystemClock.threadCPUNanoseconds() - started)
    Line.write([("cpu_ms", .number(spent / 1e6)), ("count", .integer(Int64(count)))])
  }
}
