import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import LinuxSystem

/// A real bus with a manager that is not systemd: it refuses, fails and keeps silent as asked. What
/// systemd itself answers is seen in the acceptance scenarios.
@Suite struct SystemBusTests {
  private final class Rig {
    let folder: TemporaryFolder
    let manager: TestService
    let loop: EventLoop
    let bus: SystemBus
    var ends: [String] = []
    var losses = 0
    var answers: [String] = []

    init() throws {
      folder = try TemporaryFolder()
      manager = try TestService.python("fake_systemd.py", [folder.url.path])
      loop = try EventLoop()
      bus = SystemBus(loop: loop, address: "unix:path=\(folder.url.path)/bus")
      bus.onJobEnd = { [unowned self] unit, result in ends.append("\(unit) \(result)") }
      bus.onLost = { [unowned self] _ in losses += 1 }
    }

    func restart(_ unit: String) {
      bus.restart(unit) { [unowned self] result in
        switch result {
        case .success: answers.append("\(unit) taken")
        case .failure(let failure):
          let kind = failure.isRefusal ? "refused" : failure.isAnswer ? "failed" : "unanswered"
          answers.append("\(unit) \(kind): \(failure.reason)")
        }
      }
    }

    func wait(until isDone: () -> Bool) throws {
      for _ in 0..<2000 where !isDone() {
        try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
      }
      try #require(isDone(), "\(answers) \(ends)")
    }
  }

  @Test func theEndOfAJobIsAwaited() throws {
    let rig = try Rig()
    rig.restart("good.service")
    rig.restart("bad.service")
    try rig.wait { rig.ends.count == 2 }
    #expect(rig.answers == ["good.service taken", "bad.service taken"])
    #expect(Set(rig.ends) == ["good.service done", "bad.service failed"])
  }

  @Test func aRefusalIsToldAsOne() throws {
    let rig = try Rig()
    rig.restart("secret.service")
    try rig.wait { rig.answers.count == 1 }
    #expect(rig.answers == ["secret.service refused: Interactive authentication required."])
    #expect(rig.ends.isEmpty)
  }

  @Test func aUnitTellsHowItStands() throws {
    let rig = try Rig()
    var found: [SystemBus.UnitStatus] = []
    for unit in ["good.service", "bad-1@x.service", "slow.service"] {
      rig.bus.status(of: unit) { if case .success(let status) = $0 { found.append(status) } }
    }
    try rig.wait { found.count == 3 }
    let sorted = found.sorted {
      ($0.activeState, $0.hasJob ? 1 : 0) < ($1.activeState, $1.hasJob ? 1 : 0)
    }
    #expect(sorted.map(\.activeState) == ["active", "active", "failed"])
    #expect(sorted.map(\.hasJob) == [false, true, false])
    #expect(sorted[0].invocationID == "000102030405060708090a0b0c0d0e0f")
  }

  @Test func aServiceTellsWhatItRuns() throws {
    let rig = try Rig()
    try Data("/usr/bin/java -jar /srv/shop.jar".utf8).write(
      to: rig.folder.url.appendingPathComponent("shop.service.command"))
    let quiet = SystemBus(
      loop: rig.loop, address: "unix:path=\(rig.folder.url.path)/bus", followsJobs: false)
    var answers: [[[String]]] = []
    var failures: [BusFailure] = []
    for unit in ["shop.service", "other.service", "shop.timer"] {
      quiet.commands(of: unit) { result in
        switch result {
        case .success(let commands): answers.append(commands)
        case .failure(let failure): failures.append(failure)
        }
      }
    }
    try rig.wait { answers.count == 2 }
    #expect(answers == [[["/usr/bin/java", "-jar", "/srv/shop.jar"]], [["/bin/true"]]])
    #expect(failures.map(\.reason) == ["shop.timer is no service's name"])
  }

  @Test func whatWaitsIsToldWhenTheBusIsLost() throws {
    let rig = try Rig()
    rig.restart("silent.service")
    rig.restart("slow.service")
    try rig.wait { rig.answers == ["slow.service taken"] }
    rig.manager.stop()
    try rig.wait { rig.losses == 1 }
    #expect(rig.answers.count == 2)
    #expect(rig.answers[1].hasPrefix("silent.service unanswered: "))
    #expect(rig.ends.isEmpty)
  }

  @Test func aBusThatIsNotThereIsNoAnswer() throws {
    let loop = try EventLoop()
    let bus = SystemBus(loop: loop, address: "unix:path=/nowhere/bus")
    var failures: [BusFailure] = []
    bus.restart("api.service") { if case .failure(let failure) = $0 { failures.append(failure) } }
    try #require(failures.count == 1)
    #expect(failures[0].reason == "connect to unix:path=/nowhere/bus: No such file or directory")
    #expect(!failures[0].isAnswer)
  }
}
