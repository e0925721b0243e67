import Alerting
import Testing
import TimeSeries

@testable import Engine

@Suite struct RestartPlanTests {
  /// 2026-06-10T12:00:00Z.
  private static let noon = Timestamp(milliseconds: 1_781_092_800_000)
  private static let five = ["api-1", "api-2", "api-3", "api-4", "api-5"]

  private static func policy(
    window: String = "02:00-05:00", _ change: (inout RestartPolicy) -> Void = { _ in }
  ) -> RestartPolicy {
    var policy = RestartPolicy(
      name: "weekly", services: [ServicePattern("api-*")], maxUptime: .days(7))
    let parts = window.split(whereSeparator: { ":-".contains($0) }).compactMap { Int($0) }
    guard
      let hours = DayWindow(
        startMinute: parts[0] * 60 + parts[1], endMinute: parts[2] * 60 + parts[3])
    else { preconditionFailure("\(window) is no window") }
    policy.window = .given(hours, .utc)
    policy.isDryRun = false
    change(&policy)
    return policy
  }

  private func world(
    _ policy: RestartPolicy = policy(), names: [String] = five, age: TimeSpan = .days(8)
  ) -> RestartWorld {
    RestartWorld(policy, names: names, age: age, at: Self.noon)
  }

  @Test func fiveInstancesHaveTheirTurnOneAfterAnotherWithinTheWindow() {
    var world = world()
    world.run(.days(1))
    #expect(Set(world.restarts.map(\.unit)) == Set(Self.five.map { "\($0).service" }))
    #expect(world.restarts.count == 5)
    for restart in world.restarts { #expect((2..<5).contains(CivilTime(restart.at).hour)) }
    // 10 s of job, two minutes of rest, five of pause.
    for (left, right) in zip(world.restarts, world.restarts.dropFirst()) {
      #expect(right.at - left.at >= .minutes(7) + .seconds(10))
      #expect(right.at - left.at < .minutes(9))
    }
    #expect(world.steps(.done).count == 5)
    world.run(.days(5))
    #expect(world.restarts.count == 5)
  }

  @Test func whatDoesNotFitIntoTheWindowGoesOnInTheNext() {
    var world = world(Self.policy(window: "02:00-02:15"))
    world.run(.days(1))
    #expect(world.restarts.count == 3)
    world.run(.days(2))
    #expect(world.restarts.count == 5)
    #expect(
      world.restarts.allSatisfy { CivilTime($0.at).hour == 2 && CivilTime($0.at).minute < 15 })
  }

  @Test func aWindowMayGoOverMidnight() {
    var world = world(Self.policy(window: "23:50-00:20"))
    world.run(.days(1))
    let minutes = world.restarts.map { CivilTime($0.at) }.map { $0.hour * 60 + $0.minute }
    #expect(minutes.count >= 3)
    #expect(minutes.allSatisfy { $0 >= 23 * 60 + 50 || $0 < 20 })
    #expect(minutes.contains { $0 < 20 } && minutes.contains { $0 > 23 * 60 })
  }

  @Test func dueTimesAreSpreadOverFifteenPercentOfThePeriod() throws {
    let policy = Self.policy()
    let due = (0..<200).compactMap {
      policy.dueAt(ServiceName("api-\($0)"), host: "h", lifeBegan: Self.noon)
    }
    let early = due.map { (Self.noon + .days(7) - $0).seconds / (7 * 86_400) }
    #expect(early.allSatisfy { (0..<0.15).contains($0) })
    #expect(Set(due).count == 200)
    for fifth in 0..<5 {
      let range = 0.03 * Double(fifth)..<0.03 * Double(fifth + 1)
      #expect((20...60).contains(early.count { range.contains($0) }))
    }
    let elsewhere = policy.dueAt(ServiceName("api-1"), host: "other", lifeBegan: Self.noon)
    #expect(elsewhere != policy.dueAt(ServiceName("api-1"), host: "h", lifeBegan: Self.noon))
  }

  @Test func atMostTheGivenShareOfAllHasItsTurn() {
    let services = (0..<8).map { "api-\($0)" }
    var world = world(
      Self.policy {
        $0.services = [ServicePattern("*")]
        $0.maxShare = 0.25
      }, names: services)
    // Each is a service of its own here.
    let subjects = world.subjects.map { subject in
      var subject = subject
      subject.group = subject.service
      return subject
    }
    world.now = Self.noon + .hours(15)
    let answer = world.plan.advance(
      subjects.map {
        var one = $0; one.toldAt = world.now; return one
      }, sights: [:],
      quietHours: { _ in .failure(.noCounter) }, at: world.now)
    #expect(answer.changed.count == 2)
  }

  @Test func anInstanceThatDoesNotComeBackStopsTheRoll() throws {
    var world = world()
    for name in Self.five { world.units[name]?.comesBack = false }
    world.run(.days(1))
    #expect(world.restarts.count == 1)
    let failed = try #require(world.steps(.failed).first)
    #expect(failed.why == "systemd's job ended with \"failed\"; the roll stops")
    let others = world.standings
    #expect(others.count == 4)
    for standing in others {
      guard case .waiting(let hold) = standing.state else {
        Issue.record("\(standing)")
        continue
      }
      #expect(hold.kind == .stopped)
    }
    world.run(.days(3))
    #expect(world.restarts.count == 1)
    // Somebody mends it: the roll goes on.
    for name in Self.five { world.units[name]?.comesBack = true }
    let broken = failed.service.text
    world.units[broken]?.state = "active"
    world.units[broken]?.lifeBegan = world.now
    world.run(.days(1) + .hours(6))
    #expect(world.restarts.count == 5)
  }

  @Test func anInstanceThatIsNotWellInTimeStopsTheRoll() {
    var world = world(Self.policy { $0.healthURL = "http://127.0.0.1/healthz" })
    for name in Self.five { world.units[name]?.health = .ill("it answered 503") }
    world.run(.days(1))
    #expect(world.restarts.count == 1)
    #expect(
      world.steps(.failed).map(\.why) == ["not well within 10 min: it answered 503; the roll stops"]
    )
  }

  @Test func aDryRunTouchesNothingAndSaysEachOnce() {
    var world = world(Self.policy { $0.isDryRun = true })
    world.run(.days(4))
    #expect(world.restarts.isEmpty)
    #expect(Set(world.steps(.rehearsed).map(\.service.text)) == Set(Self.five))
    #expect(world.steps.count == 5)
    for step in world.steps { #expect((2..<5).contains(CivilTime(step.at).hour)) }
    #expect(world.steps[0].why.contains("would now be restarted by systemd: up for"))
  }

  @Test(arguments: [RestartWorld.Death.beforeAct, .afterAct])
  func aKillInTheMiddleRestartsNothingTwice(death: RestartWorld.Death) {
    var world = world()
    world.dies = death
    world.run(.days(1))
    #expect(world.restarts.count == 5)
    #expect(Set(world.restarts.map(\.unit)).count == 5)
    #expect(world.steps(.failed).isEmpty)
  }

  @Test func aKillAtAnyMomentRestartsNothingTwice() {
    for second in stride(from: Int64(0), to: 2400, by: 35) {
      var world = world()
      world.now = Self.noon + .hours(14)
      world.run(.seconds(Double(second)))
      world.crash()
      world.run(.minutes(70))
      #expect(world.restarts.count == 5, "killed after \(second) s")
      #expect(Set(world.restarts.map(\.unit)).count == 5, "killed after \(second) s")
    }
  }

  @Test func recordsComeBackFromBytesAsTheyWere() throws {
    var world = world()
    world.run(.hours(14) + .minutes(20))
    let records = world.disk
    #expect(records.values.contains { $0.task != nil })
    #expect(records.values.contains { !$0.turns.isEmpty })
    for record in records.values {
      var writer = StateWriter()
      writer.write(record)
      var reader = StateReader(writer.bytes)
      #expect(try reader.value(RestartRecord.self) == record)
      #expect(reader.isAtEnd)
    }
  }

  @Test func nothingIsRestartedDuringADeploy() {
    var world = world()
    world.now = Self.noon + .hours(14)
    world.units["api-3"]?.lifeBegan = world.now - .minutes(5)
    world.run(.minutes(9))
    #expect(world.restarts.isEmpty)
    #expect(world.steps(.held).count == 4)
    #expect(world.steps(.held)[0].why.contains("somebody restarted api-3 5 min ago"))
    world.run(.minutes(5))
    #expect(world.restarts.count == 1)
  }

  @Test func aMarkedDeployHoldsToo() {
    var world = world()
    world.now = Self.noon + .hours(14)
    world.units["api-3"]?.deployedAt = world.now
    world.run(.minutes(14))
    #expect(world.restarts.isEmpty)
  }

  @Test func aRestartForALeakThatDidNotHelpIsNotTriedAgain() throws {
    var world = world(
      Self.policy {
        $0.maxUptime = nil
        $0.alsoOn = [.leak]
      }, names: ["api-1", "api-2"])
    for name in ["api-1", "api-2"] { world.units[name]?.leak = "leak confirmed" }
    world.units["api-1"]?.memoryAfter = 95
    world.units["api-2"]?.memoryAfter = 20
    world.run(.days(1))
    #expect(world.restarts.count == 2)
    world.run(.days(2))
    #expect(world.restarts.count == 2)
    let failed = try #require(world.steps(.failed).first)
    #expect(failed.service == ServiceName("api-1"))
    #expect(failed.why.contains("did not help"))
    let standings = world.standings
    guard case .waiting(let hold) = standings[0].state else {
      Issue.record("\(standings[0])")
      return
    }
    #expect(hold.kind == .noHelp)
    // The alert of the other one goes on, and its memory has not come back.
    #expect(standings[1].state == .resting)
    world.units["api-2"]?.memory = 99
    world.run(.days(1))
    #expect(world.restarts.map(\.unit).suffix(1) == ["api-2.service"])
  }

  @Test func memoryThatEndsSoonDoesNotWaitForTheNight() {
    var world = world(
      Self.policy { $0.alsoOn = [.oomImminent] }, names: ["api-1"], age: .hours(2))
    world.units["api-1"]?.isOOMImminent = true
    world.units["api-1"]?.memoryAfter = 10
    world.run(.minutes(10))
    #expect(world.restarts.count == 1)
    world.run(.hours(1))
    #expect(world.restarts.count == 1)
  }

  @Test func threeRestartsInADayAreEnough() {
    var world = world(
      Self.policy { $0.alsoOn = [.oomImminent] }, names: ["api-1"], age: .hours(2))
    world.units["api-1"]?.isOOMImminent = true
    world.units["api-1"]?.memoryAfter = 10
    for _ in 0..<6 {
      world.units["api-1"]?.memory = 100
      world.run(.hours(1))
    }
    #expect(world.restarts.count == 3)
    #expect(world.steps(.held).map(\.why).contains { $0.contains("3 times within a day") })
  }

  @Test func whatSystemdRefusesIsTriedAgainLater() throws {
    var world = world(names: ["api-1"])
    world.refusal = "polkit does not allow it"
    world.run(.hours(14) + .minutes(15))
    #expect(world.restarts.isEmpty)
    #expect(
      world.steps(.failed).first?.why == "it was not restarted: polkit does not allow it")
    #expect(world.steps(.failed).count == 2)
    world.refusal = nil
    world.run(.minutes(20))
    #expect(world.restarts.count == 1)
  }

  @Test func aMachineThatSleptWaitsForTheNextWindow() {
    var world = world(names: ["api-1"])
    world.run(.hours(13))
    world.now = world.now + .hours(5)
    world.run(.hours(8))
    #expect(world.restarts.isEmpty)
    world.run(.hours(14))
    #expect(world.restarts.count == 1)
  }

  @Test func whoSleepsWhileAnInstanceSettlesHasNotFailed() throws {
    var world = world(names: ["api-1"])
    world.run(.hours(14) + .seconds(70))
    try #require(world.restarts.count == 1)
    try #require(world.plan.isBusy)
    world.now = world.now + .hours(3)
    world.run(.minutes(20))
    #expect(world.steps(.failed).isEmpty)
    #expect(world.steps(.done).count == 1)
    #expect(world.restarts.count == 1)
  }

  @Test func aClockThatIsSetBackHoldsNothingForHours() {
    var world = world(names: ["api-1", "api-2"])
    world.run(.hours(15))
    world.now = world.now - .minutes(50)
    let before = world.restarts.count
    world.run(.minutes(30))
    #expect(before >= 1)
    #expect(world.restarts.count == 2)
  }

  @Test func aServiceWithoutAUnitIsAskedForOnceUnderOneID() {
    var world = world(Self.policy { $0.sink = "ops" }, names: ["api-1"])
    world.units["api-1"]?.isUnit = false
    world.run(.hours(14) + .minutes(5))
    #expect(world.requests.count == 1)
    #expect(world.steps(.requested).count == 1)
    world.units["api-1"]?.lifeBegan = world.now
    world.run(.minutes(10))
    #expect(world.steps(.done).count == 1)
    #expect(world.restarts.isEmpty)
  }

  @Test func aRequestThatNobodyFollowsStopsTheRoll() {
    var world = world(Self.policy { $0.sink = "ops" }, names: ["api-1", "api-2"])
    world.run(.hours(16))
    #expect(world.requests.count == 1)
    #expect(world.steps(.failed).first?.why.contains("took the request and nobody") == true)
    world.run(.days(2))
    #expect(world.requests.count == 1)
  }

  @Test func withoutAUnitAndWithoutASinkNothingCanBeDone() {
    var world = world(names: ["api-1"])
    world.units["api-1"]?.isUnit = false
    world.run(.days(1))
    #expect(world.steps.map(\.what) == [.held])
    #expect(world.steps[0].why.contains("names no sink"))
  }

  @Test func aReplicaThatDoesNotAnswerHoldsTheOthers() {
    var world = world(names: ["api-1", "api-2"])
    world.units["api-2"]?.isUp = false
    world.units["api-2"]?.lifeBegan = world.now
    world.run(.days(1))
    #expect(world.restarts.isEmpty)
  }

  @Test func somebodyElsesJobIsNotDisturbed() {
    var world = world(names: ["api-1"])
    world.units["api-1"]?.jobEnds = Self.noon + .days(3)
    world.run(.days(1))
    #expect(world.restarts.isEmpty)
    #expect(world.steps(.held)[0].why.contains("has a job already"))
  }

  @Test func aPolicyThatAReloadTakesAwayEndsItsTurns() {
    var world = world()
    world.run(.hours(14) + .minutes(1))
    #expect(world.plan.isBusy)
    world.plan.policies = []
    world.run(.minutes(10))
    #expect(!world.plan.isBusy)
    #expect(world.restarts.count <= 1)
  }

  @Test func labelsChooseAmongServices() throws {
    var policy = Self.policy()
    policy.services = []
    policy.labels = ["env": try LabelPattern("prod|staging")]
    let plan = RestartPlan(policies: [policy], host: "h", at: Self.noon)
    var subject = RestartSubject(service: ServiceName("api-1"), group: ServiceName("api"))
    #expect(plan.policy(of: subject) == nil)
    subject.labels = LabelSet([LabelSet.Label(name: "env", value: "prod")])
    #expect(plan.policy(of: subject) == policy)
    subject.labels = LabelSet([LabelSet.Label(name: "env", value: "production")])
    #expect(plan.policy(of: subject) == nil)
  }

  @Test func whatRestsSaysWhenItIsDue() throws {
    let world = world(names: ["api-1"], age: .days(2))
    let standing = try #require(world.standings.first)
    #expect(standing.state == .resting)
    #expect(standing.reason.hasPrefix("up for 2 d, due in "))
    let opens = try #require(standing.opensAt)
    #expect(opens >= (try #require(standing.dueAt)))
    #expect((2..<5).contains(CivilTime(opens).hour))
  }
}
