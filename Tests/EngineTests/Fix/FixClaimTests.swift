import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// Fixes that people speak of, of replicas, and across restarts of LeakWatch.
@Suite struct FixClaimTests {
  /// A leak of 512 MiB a day times `leak`.
  private final class Plan {
    var leak = 1.0
    func callAsFunction(_ now: inout FixWorld.Process) {
      now.anon = 400 + 512 * leak * now.age / 24
    }
  }

  private let plan = Plan()

  private func world(_ names: [String] = ["api"], build: String? = nil) -> FixWorld {
    let plan = plan
    var world = FixWorld(names, build: build) { plan(&$0) }
    world.runToAlert()
    world.run(to: 60)
    return world
  }

  @Test func whereNothingTellsTheBuildSomebodyMaySaySo() throws {
    var world = world()
    plan.leak = 0.01
    world.restart(build: nil)
    world.run(to: 62)
    #expect(world.report == nil)
    let answers = try #require(
      world.engine.diagnosis(of: ServiceName("api"), at: world.now)?.checklist)
    #expect(answers.contains { $0.answer.contains("`leakwatch fixed api`") })
    #expect(world.engine.leaking(ServiceName("api")) == [ServiceName("api")])
    world.claim(by: "alice", why: "cache bounded")
    let report = try #require(world.report)
    #expect(report.change == "alice says that it is fixed: cache bounded")
    // Growth counts from the restart.
    #expect(report.since == FixWorld.clock(60))
    #expect(report.endsAt == FixWorld.clock(84))
    // Said twice it is the same watch.
    world.run(to: 63)
    world.claim(by: "bob", why: "")
    #expect(world.report == report)
    world.run(to: 84)
    #expect(world.log.map(\.text) == ["api watched", "api fixed", "resolved"])
  }

  @Test func withoutARestartGrowthCountsFromNowOn() throws {
    var world = world()
    #expect(world.engine.restartSubjects().first?.leak != nil)
    world.claim(by: "alice", why: "feature switched off")
    // No policy restarts what is watched for its growth.
    #expect(world.engine.restartSubjects().first?.leak == nil)
    #expect(world.report?.since == FixWorld.clock(60))
    world.run(to: 90)
    #expect(world.log.map(\.text) == ["api watched", "api still_leaking"])
    #expect(world.isFiring)
  }

  @Test func whatDoesNotLeakCannotBeFixed() {
    let plan = plan
    plan.leak = 0
    var world = FixWorld { plan(&$0) }
    world.run(to: 30)
    #expect(world.engine.leaking(ServiceName("api")).isEmpty)
    world.claim(by: "alice", why: "")
    #expect(world.log.isEmpty)
    #expect(world.report == nil)
  }

  @Test func aRestartOfLeakWatchChangesNothing() throws {
    var whole = world(build: "1")
    plan.leak = 0.01
    whole.restart(build: "2")
    var broken = whole
    whole.run(to: 84)
    for hour in [61.0, 64, 68, 71, 72, 73] {
      broken.run(to: hour)
      try broken.restartLeakWatch()
    }
    broken.run(to: 84)
    #expect(broken.log == whole.log)
    #expect(whole.log.map(\.text) == ["api watched", "api fixed", "resolved"])
    #expect(broken.report == whole.report)
    #expect(broken.told.map(\.summary) == whole.told.map(\.summary))
  }

  @Test func replicasAreFixedWhenAllOfThemAre() throws {
    var world = world(["api-1", "api-2"], build: "1")
    plan.leak = 0.01
    world.restart(0, build: "2")
    world.run(to: 64)
    world.restart(1, build: "2")
    world.run(to: 89)
    let texts = world.log.map(\.text)
    #expect(texts.prefix(2) == ["api-1 watched", "api-2 watched"])
    #expect(texts.contains("api-1 fixed") && texts.contains("api-2 fixed"))
    #expect(texts.last == "resolved" && texts.count { $0 == "resolved" } == 1)
    // The roll is told once, and the end with the number.
    #expect(world.told.count { $0.fix?.state == "watching" } == 1)
    #expect(world.told.last?.reasons.first?.hasPrefix("2 of 2 instances fixed: −") == true)
  }

  @Test func podsOfANewBuildAreHeldAgainstTheOldOnesLeak() throws {
    var world = world(["api-7d9f8b6c5d-x2x4z", "api-7d9f8b6c5d-b7k9m"], build: "1")
    plan.leak = 0.01
    world.replace(0, by: "api-5c4d8f7b9d-q8w5z", build: "2")
    world.replace(1, by: "api-5c4d8f7b9d-t6r4x", build: "2")
    world.run(to: 85)
    let texts = world.log.map(\.text)
    #expect(texts.count { $0.hasSuffix("watched") } == 2)
    #expect(texts.count { $0.hasSuffix(" fixed") } == 2)
    #expect(texts.last == "resolved")
    #expect(world.told.last?.fix?.figures?.basis == "kept")
  }

  @Test func podsThatTellNoBuildAreToldByTheirTemplate() throws {
    var world = world(["api-7d9f8b6c5d-x2x4z", "api-7d9f8b6c5d-b7k9m"])
    // One more of the same template is no fix, nor is one that takes another's place.
    world.replace(0, by: "api-7d9f8b6c5d-c2c4c", build: nil)
    world.run(to: 62)
    #expect(world.log.isEmpty)
    plan.leak = 0.01
    world.replace(0, by: "api-5c4d8f7b9d-q8w5z", build: nil)
    world.replace(1, by: "api-5c4d8f7b9d-t6r4x", build: nil)
    world.run(to: 64)
    #expect(world.log.count == 2 && world.log.allSatisfy { $0.text.hasSuffix("watched") })
    #expect(world.report?.change == "new build, pod template 5c4d8f7b9d")
  }

  @Test func newPodsMayBeCalledFixedUnderTheNameThatTheyShare() throws {
    var world = world(["api-7d9f8b6c5d-x2x4z", "api-7d9f8b6c5d-b7k9m"])
    plan.leak = 0.01
    world.replace(0, by: "api-7d9f8b6c5d-q8w5z", build: nil)
    world.replace(1, by: "api-7d9f8b6c5d-t6r4x", build: nil)
    world.run(to: 62)
    #expect(world.log.isEmpty)
    #expect(
      world.engine.leaking(ServiceName("api")).map(\.text) == [
        "api-7d9f8b6c5d-q8w5z", "api-7d9f8b6c5d-t6r4x",
      ])
    world.claim(by: "alice", why: "setting changed")
    #expect(world.log.count == 2)
    #expect(world.report?.change == "alice says that it is fixed: setting changed")
    world.run(to: 86)
    #expect(world.log.last?.text == "resolved")
  }
}
