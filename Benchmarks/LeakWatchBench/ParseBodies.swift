internal import Alerting
internal import ArgumentParser
internal import Formats
internal import LinuxSystem

/// Parses two scrapes in a row of every target, again and again, in the three situations of a
/// daemon: a target that it has never seen, one that lists its series in another order than
/// before, and, nearly always, one that lists them as before.
struct ParseBodies: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse exposition bodies, FOLDER/N.0 and FOLDER/N.1 of every target in turn.")

  @Option(help: "Keep these sample names alone; left out: everything.")
  var keep: [String] = []

  @Argument var folder: String
  @Argument var targets: Int
  @Argument var repetitions: Int

  func run() throws {
    let bodies = try (0...1).map { tick in
      try (0..<targets).map { try WholeFile.read("\(folder)/\($0).\(tick)", limit: 1 << 26) }
    }
    let filter = keep.isEmpty ? FamilyFilter.everything : FamilyFilter(patterns: keep)
    let new = [ScrapeParser](
      repeating: ScrapeParser(format: .prometheusText004, keep: filter), count: targets)
    for repetition in 0..<repetitions {
      var parsers = new
      report("first", pass(bodies[repetition & 1], &parsers))
    }
    let shuffled = [bodies[0], bodies[1].map(Self.shuffled)]
    for (name, bodies) in [("reordered", shuffled), ("repeated", bodies)] {
      var parsers = new
      _ = pass(bodies[1], &parsers)
      for repetition in 0..<repetitions {
        report(name, pass(bodies[repetition & 1], &parsers))
      }
    }
  }

  /// The same lines with the samples of each family in another order.
  private static func shuffled(_ body: [UInt8]) -> [UInt8] {
    var random = SplitMix(state: UInt64(body.count))
    var lines = body.split(separator: UInt8(ascii: "\n"))
    var start = 0
    for index in lines.indices where lines[index].first == UInt8(ascii: "#") {
      lines[start..<index].shuffle(using: &random)
      start = index + 1
    }
    lines[start...].shuffle(using: &random)
    return Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
  }

  private struct Pass {
    var cpuNanoseconds: Int64 = 0
    var bytes = 0
    var samples = 0
    var keptSamples = 0
  }

  /// One scrape of every target.
  private func pass(_ bodies: [[UInt8]], _ parsers: inout [ScrapeParser]) -> Pass {
    var pass = Pass()
    var outcome = ScrapeOutcome()
    let started = SystemClock.threadCPUNanoseconds()
    for target in 0..<targets {
      let body = bodies[target]
      parsers[target].parse(body.span, into: &outcome)
      precondition(outcome.errorCount == 0, "the bodies are well-formed")
      pass.bytes += body.count
      pass.samples += outcome.sampleCount
      pass.keptSamples += outcome.samples.count
    }
    pass.cpuNanoseconds = SystemClock.threadCPUNanoseconds() - started
    return pass
  }

  private func report(_ name: String, _ pass: Pass) {
    Line.write([
      ("case", .string(name)), ("cpu_s", .number(Double(pass.cpuNanoseconds) / 1e9)),
      ("bytes", .integer(Int64(pass.bytes))), ("samples", .integer(Int64(pass.samples))),
      ("kept", .integer(Int64(pass.keptSamples))),
    ])
  }
}
