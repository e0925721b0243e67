internal import Alerting
internal import ArgumentParser
internal import Detectors
internal import Engine
internal import LinuxSystem
internal import TimeSeries

/// Feeds a week of many services to the Engine, then times whole rounds of verdicts: one service in
/// ten leaks, the others rest, wander, are collected or move in steps.
struct JudgeServices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Feed a week of many services, then time rounds of verdicts over all of them.")

  @Option(help: "How many.")
  var services = 10_000

  @Option(help: "Rounds that are measured.")
  var rounds = 5

  /// A sample a bucket: what the verdict sees of a week is the same as with more of them.
  private static let step = TimeSpan.minutes(15)
  private static let days = 7

  func run() throws {
    var engine = Engine(settings: settings)
    let start = Timestamp(seconds: 1_760_000_000)
    let names = (0..<services).map { ServiceName("service \($0) of many") }
    var memory = (0..<services).map { SyntheticSeries(memoryOf: $0) }
    var random = SplitMix(state: 7)
    var now = start
    let steps = Self.days * 96
    for step in 0..<steps {
      now = start + TimeSpan.minutes(Int64(15 * step))
      for index in names.indices {
        let anon = memory[index].next(after: Self.step.seconds)
        let requests = Double(step) * 900 * (10 + random.share())
        let result = ScrapeResult(
          service: names[index], source: .exporter("application"), timestamp: now,
          incarnation: nil,
          readings: [
            Reading(.memoryAnon, anon), Reading(.memoryShmem, 4_194_304),
            Reading(.kernelUnreclaimable, 6_291_456 + 65_536 * random.noise().rounded()),
            Reading(.memoryCurrent, anon + 60_000_000), Reading(.requestsTotal, requests),
          ])
        _ = engine.handle(.scraped(result), at: now)
      }
    }
    for _ in 0..<rounds {
      now = now + Self.step
      let started = SystemClock.threadCPUNanoseconds()
      _ = engine.handle(.evaluate, at: now)
      let spent = Double(SystemClock.threadCPUNanoseconds() - started)
      Line.write([
        ("cpu_s", .number(spent / 1e9)),
        ("growing", .integer(Int64(growing(engine, names)))),
        ("bytes_per_series", .integer(Int64(WindowShape.standard.bytesPerSeries))),
      ])
    }
    try keep(engine, at: now)
  }

  /// Times what a restart of the daemon costs beside the disk: every record written, and read back.
  private func keep(_ engine: Engine, at now: Timestamp) throws {
    let began = SystemClock.threadCPUNanoseconds()
    let records = engine.serviceNames.compactMap { engine.record(of: $0) }
    let written = SystemClock.threadCPUNanoseconds()
    var restored = Engine(settings: settings)
    for record in records { _ = try restored.restore(record, at: now) }
    let read = SystemClock.threadCPUNanoseconds()
    guard restored.seriesCount == engine.seriesCount else {
      throw ValidationError("what was read back is not what was written")
    }
    Line.write([
      ("record_write_cpu_s", .number(Double(written - began) / 1e9)),
      ("record_read_cpu_s", .number(Double(read - written) / 1e9)),
      ("record_bytes", .integer(Int64(records.reduce(0) { $0 + $1.count }))),
      ("record_series", .integer(Int64(engine.seriesCount))),
    ])
  }

  private func growing(_ engine: Engine, _ names: [ServiceName]) -> Int {
    names.count { engine.verdict(on: $0)?.verdict.isAlerting ?? false }
  }

  private var settings: EngineSettings {
    EngineSettings(
      host: "bench",
      memoryGrowth: ConfiguredRule(
        rule: MemoryGrowthRule(),
        timing: AlertTiming(hold: .minutes(30), keepFiring: .hours(3)), severity: .ticket))
  }
}
