internal import Alerting
internal import ArgumentParser
internal import Engine
internal import LinuxSystem
internal import TimeSeries

/// `deriv(memory[24h]) > 0` over every service, as the growth rule computes it.
struct TakeSlopes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take the least-squares slope of every service's history, again and again.")

  @OptionGroup var options: HistoryOptions

  @Option(help: "Measurements of each kind.")
  var repetitions = 15

  func run() throws {
    let history = History(options)
    var caches = CacheEviction()
    let logs = HeldHistory(history, as: .windowsAndLogs).logs
    measure("slopes", &caches) {
      // A span lends each log where an array would copy it.
      let span = logs.span
      var growing = 0
      for number in 0..<options.services {
        if let slope = span[number].leastSquaresSlope, slope > 0 { growing += 1 }
      }
      return growing
    }
    guard var engine = HeldHistory(history, as: .engineWithGrowthRule).engine else { return }
    measure("evaluation", &caches) {
      engine.handle(.evaluate, at: history.end).count
    }
  }

  /// - Parameter work: what is measured. - Returns: what it counted.
  private func measure(_ name: String, _ caches: inout CacheEviction, _ work: () -> Int) {
    for _ in 0..<repetitions {
      caches.evict()
      let started = SystemClock.threadCPUNanoseconds()
      let count = work()
      let spent = Double(SystemClock.threadCPUNanoseconds() - started)
      Line.write([
        ("case", .string(name)), ("cpu_ms", .number(spent / 1e6)),
        ("count", .integer(Int64(count))),
      ])
    }
  }
}

/// A rule runs once a minute: by then other work has had the caches. So has this.
struct CacheEviction {
  private var block = [UInt64](repeating: 1, count: 16 << 20)

  mutating func evict() {
    for index in stride(from: 0, to: block.count, by: 8) { block[index] &+= 1 }
  }
}
