internal import Alerting
internal import ArgumentParser
internal import LinuxSystem

/// Keeps a history in memory until standard input ends, so that the harness can look at this
/// process from outside as it looks at the peers.
struct HoldHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep a history in memory until standard input ends.")

  @OptionGroup var options: HistoryOptions

  @Argument(help: "In which form.")
  var form: HistoryForm

  func run() throws {
    let started = SystemClock.processCPUNanoseconds()
    let held = HeldHistory(History(options), as: form)
    let seconds = Double(SystemClock.processCPUNanoseconds() - started) / 1e9
    Line.write([
      ("series", .integer(Int64(options.seriesCount))),
      ("samples", .integer(Int64(options.sampleCount))), ("feed_cpu_s", .number(seconds)),
    ])
    _ = try WholeFile.read("-", limit: 1 << 20)
    withExtendedLifetime(held) {}
  }
}
