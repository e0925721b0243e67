import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// The real program under what a host does to it in the long run.
@Suite(.serialized) struct EnduranceRunTests {
  /// Groups come and go under a name of their own each: neither descriptors nor services pile up.
  @Test func cgroupsThatComeAndGoLeaveNothingBehind() throws {
    let rig = try DaemonRig.withTwoServices()
    #expect(rig.waitUntil { rig.log.contains("2 services, none growing") })
    func name(_ round: Int, _ number: Int) -> String {
      let letters = "\(round * 25 + number)".map {
        Character(UnicodeScalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0)))
      }
      return "job\(String(letters)).service"
    }
    func descriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(rig.processID)/fd").count
    }
    func known() throws -> Int {
      let status = Self.object(try rig.ask("status", "--json"))
      return (status["services"] as? [Any])?.count ?? 0
    }
    let before = try descriptors()
    for round in 0..<12 {
      for number in 0..<25 {
        try rig.tree.create(name(round, number))
        try rig.tree.set(name(round, number), mebibytes: 10)
      }
      #expect(rig.waitUntil { (try? known()) == 27 })
      for number in 0..<25 { try rig.tree.remove(name(round, number)) }
      #expect(rig.waitUntil { (try? known()) == 2 })
    }
    // A question may be under way.
    #expect(rig.waitUntil { (try? descriptors()).map { $0 <= before + 1 } ?? false })
    // The windows of those that stayed are as full as ever.
    let explained = Self.object(try rig.ask("explain", "api", "--json"))
    #expect(explained["service"] as? String == "api")
  }

  private static func object(_ outcome: CommandOutcome) -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))) as? [String: Any] ?? [:]
  }

  /// Below the state a file system that is full; given room again, the disk catches up.
  @Test(.enabled(if: getuid() == 0, "only root can mount"))
  func aStateDirectoryThatIsFullIsToldAndTheAlertsGoOn() throws {
    let rig = try DaemonRig()
    try rig.configure(
      extra: """
        [rules.state_degraded]
        for = "0s"
        """)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    let state = rig.folder.url.appendingPathComponent("state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    let mount = try Mount(tmpfs: "1m", at: state.path)
    defer { mount.unmount() }
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })
    try mount.fill()
    #expect(try rig.leak("api.service") { rig.received.contains { $0.service == "api" } })
    func own() -> [String] {
      rig.received.filter { $0.alert == "state_degraded" }.map(\.status)
    }
    #expect(rig.waitUntil { own() == ["firing"] })
    #expect(rig.log.contains("in memory alone"))
    try mount.empty()
    #expect(rig.waitUntil { own() == ["firing", "resolved"] })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 10) == 0)
  }
}

@Suite struct ClockWatchTests {
  private static func jumps(_ steps: [(wall: Int64, monotonic: Int64)]) -> [Int64?] {
    var watch = ClockWatch()
    return steps.map { step in
      watch.jump(
        wall: Timestamp(milliseconds: step.wall), monotonic: TimeSpan(milliseconds: step.monotonic)
      )?.milliseconds
    }
  }

  @Test func onlyWhatTheClocksDoNotShareIsAJump() {
    let hour: Int64 = 3_600_000
    #expect(
      Self.jumps([
        (0, 0), (60_000, 60_000), (124_000, 120_000), (184_000 + hour, 180_000),
        (244_000, 240_000), (304_000, 300_000),
      ]) == [nil, nil, nil, hour, -hour, nil])
  }

  /// Between the moment at which the clock is set and the one at which that is seen nothing grows old.
  @Test func wallTimeJumpsWithALookAlone() {
    var watch = ClockWatch()
    let wall = { (value: Int64) in Timestamp(milliseconds: value) }
    let monotonic = { (value: Int64) in TimeSpan(milliseconds: value) }
    #expect(watch.wallTime(monotonic: monotonic(5)) == nil)
    #expect(watch.jump(wall: wall(1_000_000), monotonic: monotonic(1000)) == nil)
    #expect(watch.wallTime(monotonic: monotonic(61_000)) == wall(1_060_000))
    #expect(watch.jump(wall: wall(9_060_000), monotonic: monotonic(61_000)) == .seconds(8000))
    #expect(watch.wallTime(monotonic: monotonic(62_000)) == wall(9_061_000))
  }
}
