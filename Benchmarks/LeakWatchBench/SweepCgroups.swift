internal import Alerting
internal import ArgumentParser
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries

/// Reads the memory account of every matching cgroup, sweep after sweep, as the daemon does.
struct SweepCgroups: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sweep cgroups back to back and tell the CPU time of a thousand of them.")

  @Argument(help: "Where the memory controller is mounted.")
  var root: String

  @Argument(help: "Glob of the cgroups below it.")
  var include: String

  @Argument(help: "Sweeps that are measured; the first ones of all are not.")
  var sweeps: Int

  /// In its first sixteen sweeps a service is looked at more closely, once in its life.
  private static let settling = 18

  func run() throws {
    var options = CgroupOptions()
    options.root = root
    options.include = [include]
    let sweeper = try CgroupSweeper(options: options)
    for _ in 0..<Self.settling { _ = sweeper.sweep(at: SystemClock.wallTime()) }
    let started = SystemClock.threadCPUNanoseconds()
    var cgroups = 0
    var readings = 0
    for _ in 0..<sweeps {
      let sweep = sweeper.sweep(at: SystemClock.wallTime())
      cgroups += sweep.results.count
      readings += sweep.results.reduce(0) { $0 + $1.readings.count }
    }
    let spent = Double(SystemClock.threadCPUNanoseconds() - started)
    Line.write([
      ("cgroups", .integer(Int64(cgroups / sweeps))),
      ("readings", .integer(Int64(readings / max(1, cgroups)))),
      ("cpu_ms_per_1000", .number(spent / 1e6 / Double(max(1, cgroups)) * 1000)),
    ])
  }
}
