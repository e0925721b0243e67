import Alerting
import Delivery
import Engine
import Foundation
import LinuxSystem
import Storage
import TestSupport
import Testing
import TimeSeries
import WatchConfiguration

@testable import LeakWatchDaemon

/// The keeper with a real state file and a real receiver.
@Suite struct RestartKeeperTests {
  private final class Rig {
    let folder: TemporaryFolder
    let loop: EventLoop
    let client: LazyHTTPClient
    let configuration: Configuration
    let transport: SinkTransport
    var subject: RestartSubject
    var steps: [RestartStep] = []
    var problems: [String] = []

    init(_ policy: String, sink: String = "http://127.0.0.1:1/", secret: String = "/dev/null")
      throws
    {
      folder = try TemporaryFolder()
      loop = try EventLoop()
      client = LazyHTTPClient(loop: loop)
      let now = CivilTime(SystemClock.wallTime())
      let hour = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
      let window = "\(hour((now.hour + 23) % 24)):00-\(hour((now.hour + 2) % 24)):00"
      let text = """
        [[sink]]
        name = "ops"
        url = "\(sink)"
        secret_file = "\(secret)"
        [[restart_policy]]
        name = "weekly"
        services = ["api-*"]
        max_uptime = "1h"
        window = "\(window)"
        time_zone = "UTC"
        \(policy)
        """
      let outcome = ConfigurationLoader.load(text: text, fileName: "c.toml").withTimeZones
      configuration = try #require(outcome.configuration, "\(outcome.diagnostics)")
      transport = SinkTransport(client: client)
      transport.adopt(configuration)
      subject = RestartSubject(service: ServiceName("api-1"), group: ServiceName("api"))
      subject.lifeBegan = SystemClock.wallTime() - .hours(3)
      subject.toldAt = SystemClock.wallTime()
      subject.memoryBytes = 1e8
    }

    func keeper(withState: Bool = true) throws -> RestartKeeper {
      let state = try StateDatabase(directory: folder.url.path, now: SystemClock.wallTime())
      let keeper = RestartKeeper(
        withState ? RestartStore(state) : nil, loop: loop,
        bus: SystemBus(loop: loop, address: "unix:path=\(folder.url.path)/bus"), client: client,
        transport: transport,
        surroundings: RestartKeeper.Surroundings(
          subjects: { [unowned self] in [subject] }, requestRates: { _ in [] },
          collectEvidence: { $1("memory 100 MB") },
          description: { ServiceDescription(name: $0) }, host: { "host-1" },
          tell: { [unowned self] in steps.append($0) },
          tellProblem: { [unowned self] in problems.append($0) }))
      keeper.load(configuration, at: SystemClock.wallTime())
      return keeper
    }

    func turn(_ keeper: RestartKeeper, until isDone: () -> Bool) throws {
      for _ in 0..<500 where !isDone() {
        keeper.advance()
        try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
      }
      try #require(isDone(), "\(steps) \(problems)")
    }
  }

  @Test func aSignedRequestIsPostedOnceAndTheNewLifeAwaited() throws {
    let logs = try TemporaryFolder()
    let log = logs.url.appending(path: "requests.jsonl")
    let receiver = try TestService.python("receiver.py", [log.path])
    let secret = logs.url.appending(path: "secret")
    try Data("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=".utf8).write(to: secret)
    let rig = try Rig(
      "sink = \"ops\"\ndry_run = false\nsettle = \"0s\"", sink: receiver.url("/204"),
      secret: secret.path)
    var keeper = try rig.keeper()
    try rig.turn(keeper) { ((try? Data(contentsOf: log))?.count ?? 0) > 0 }
    #expect(rig.steps.map(\.what) == [.requested])
    // Killed and started anew: the receiver sees the same id, or nothing.
    keeper.stop()
    keeper = try rig.keeper()
    rig.subject.lifeBegan = SystemClock.wallTime() + .seconds(1)
    rig.subject.toldAt = SystemClock.wallTime() + .seconds(2)
    try rig.turn(keeper) { rig.steps.map(\.what) == [.requested, .done] }
    #expect(rig.problems.isEmpty)
    let standing = try #require(keeper.standings.first)
    #expect(standing.lastTurn?.outcome == .helped)
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let requests = try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let headers = requests.compactMap { $0["headers"] as? [String: String] }
    #expect(Set(headers.compactMap { $0["webhook-id"] }).count == 1)
    #expect(headers.allSatisfy { $0["webhook-signature"]?.hasPrefix("v1,") == true })
    let body = try #require(requests.first?["body"] as? String)
    #expect(body.hasPrefix("{\"type\":\"leakwatch.restart.requested\""))
    #expect(body.contains("\"trigger\":\"max_uptime\""))
  }

  @Test func systemdRestartsTheUnitAndTheNewLifeIsAwaited() throws {
    let rig = try Rig("dry_run = false\nsettle = \"0s\"")
    let manager = try TestService.python("fake_systemd.py", [rig.folder.url.path])
    rig.subject.unit = "good.service"
    let keeper = try rig.keeper()
    try rig.turn(keeper) { rig.steps.map(\.what) == [.begun] }
    #expect(rig.steps[0].why.hasPrefix("up for 3 h, due by 1 h; memory 100 MB"))
    rig.subject.lifeBegan = SystemClock.wallTime() + .seconds(1)
    rig.subject.toldAt = SystemClock.wallTime() + .seconds(30)
    try rig.turn(keeper) { rig.steps.count == 2 }
    #expect(rig.steps[1].what == .done)
    manager.stop()
  }

  @Test func aRefusalNamesTheRule() throws {
    let rig = try Rig("dry_run = false")
    let manager = try TestService.python("fake_systemd.py", [rig.folder.url.path])
    rig.subject.unit = "secret.service"
    let keeper = try rig.keeper()
    try rig.turn(keeper) { rig.steps.count == 2 }
    #expect(rig.steps.map(\.what) == [.begun, .failed])
    #expect(
      rig.steps[1].why
        == "it was not restarted: systemd: Interactive authentication required. "
        + "(org.freedesktop.DBus.Error.InteractiveAuthorizationRequired); "
        + "`leakwatch restart-policy --print-polkit` prints the rule that allows it")
    manager.stop()
  }

  @Test func aUnitThatIsDownIsLeftToOthers() throws {
    let rig = try Rig("dry_run = false")
    let manager = try TestService.python("fake_systemd.py", [rig.folder.url.path])
    rig.subject.unit = "bad.service"
    let keeper = try rig.keeper()
    try rig.turn(keeper) { rig.steps.count == 1 }
    #expect(rig.steps[0].why.hasSuffix("bad.service is failed: somebody else is at work"))
    manager.stop()
  }

  @Test func withoutAStateNothingIsDone() throws {
    let rig = try Rig("sink = \"ops\"\ndry_run = false")
    let keeper = try rig.keeper(withState: false)
    for _ in 0..<3 { keeper.advance() }
    #expect(rig.steps.isEmpty)
    #expect(
      rig.problems == [
        "nothing is restarted by policy, for it must be on disk before it is done: there is no state "
          + "directory"
      ])
  }

  @Test func aDryRunIsToldOnceAlsoOverARestart() throws {
    let rig = try Rig("")
    rig.subject.unit = "api-1.service"
    for _ in 0..<3 {
      let keeper = try rig.keeper()
      keeper.advance()
      keeper.stop()
    }
    #expect(rig.steps.map(\.what) == [.rehearsed])
  }

  @Test func theAnswerIsATableOrJSON() throws {
    let rig = try Rig("")
    rig.subject.unit = "api-1.service"
    let keeper = try rig.keeper()
    let text = RestartText(
      standings: keeper.standings, policies: keeper.policyNames, now: SystemClock.wallTime())
    let table = text.text(.text(width: 200, inColour: false))
    #expect(table.contains("api-1    weekly (dry run)  ready"))
    let json = try JSONSerialization.jsonObject(with: Data(text.text(.json).utf8))
    let first = try #require((json as? [[String: Any]])?.first)
    #expect(first["state"] as? String == "ready")
    #expect(first["trigger"] as? String == "max_uptime")
    #expect(first["hold"] is NSNull)
    #expect(RestartQuestion.form(RestartQuestion.line(.json)) == .json)
    #expect(RestartQuestion.form("status json") == nil)
  }

  @Test func aTimeZoneThatIsNotThereIsAnError() {
    let outcome = ConfigurationLoader.load(
      text: """
        [[restart_policy]]
        name = "weekly"
        services = ["api"]
        max_uptime = "7d"
        window = "02:00-05:00"
        time_zone = "Europe/Atlantis"
        """, fileName: "c.toml"
    ).withTimeZones
    #expect(outcome.configuration == nil)
    #expect(outcome.diagnostics.map(\.description).joined().contains("Europe/Atlantis"))
  }
}
