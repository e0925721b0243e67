import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// The real daemon, with a manager on a bus of the test's own that gives a restarted unit a new group.
@Suite struct RestartRunTests {
  private static let units = ["api-1.service", "api-2.service", "api-3.service"]

  private final class Rig {
    let daemon: DaemonRig
    let bus: TemporaryFolder
    let manager: TestService

    init(_ policy: String) throws {
      daemon = try DaemonRig()
      bus = try TemporaryFolder()
      manager = try TestService.python(
        "fake_systemd.py", [bus.url.path, daemon.tree.root.path])
      let hour = CivilTime(SystemClock.wallTime()).hour
      let text = { (hour: Int) in hour < 10 ? "0\(hour):00" : "\(hour):00" }
      try daemon.configure(
        extra: """
          [[restart_policy]]
          name = "weekly"
          services = ["api-*"]
          max_uptime = "20s"
          window = "\(text((hour + 23) % 24))-\(text((hour + 2) % 24))"
          time_zone = "UTC"
          settle = "200ms"
          pause = "200ms"
          deploy_quiet = "0s"
          \(policy)
          """)
      for unit in RestartRunTests.units + ["web-1.service"] {
        try daemon.tree.create(unit)
        try daemon.tree.set(unit, mebibytes: 256)
      }
    }

    func start() throws {
      try daemon.start(
        environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(bus.url.path)/bus"])
    }

    /// What the manager did: "begin api-1.service", in order.
    var done: [String] {
      let text = try? String(
        contentsOf: bus.url.appending(path: "restarts"), encoding: .utf8)
      return (text ?? "").split(separator: "\n").map {
        $0.split(separator: " ").dropFirst().joined(separator: " ")
      }
    }
  }

  /// Each once, none before the one before it is there again.
  private func expectOneAfterAnother(_ done: [String]) {
    let begun = done.filter { $0.hasPrefix("begin ") }.map { String($0.dropFirst(6)) }
    #expect(begun.sorted() == Self.units, "\(done)")
    #expect(done == begun.flatMap { ["begin \($0)", "done \($0)"] })
  }

  @Test func unitsRestartOneAfterAnotherThoughTheDaemonIsKilled() throws {
    let rig = try Rig("dry_run = false")
    try rig.start()
    // In the middle of a job, and between two.
    for count in [1, 2, 3, 5] {
      try #require(rig.daemon.waitUntil { rig.done.count >= count }, "\(rig.done)")
      rig.daemon.signal(SIGKILL)
      _ = rig.daemon.waitForExit(seconds: 10)
      try rig.start()
    }
    try #require(rig.daemon.waitUntil { rig.done.count >= 6 }, "\(rig.done)")
    expectOneAfterAnother(Array(rig.done.prefix(6)))
  }

  @Test func aDryRunTouchesNothingAndTheCommandTellsIt() throws {
    let rig = try Rig("")
    try rig.start()
    let isTold = rig.daemon.waitUntil {
      let answer = try? rig.daemon.ask("restart-policy", "--json")
      return answer?.output.contains("\"state\":\"ready\"") == true
        || answer?.output.contains("\"state\":\"pausing\"") == true
    }
    #expect(isTold)
    let table = try rig.daemon.ask("restart-policy").output
    #expect(table.contains("weekly (dry run)"))
    #expect(!table.contains("web-1"))
    #expect(rig.done.isEmpty)
  }
}
