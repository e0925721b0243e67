import Alerting
import Detectors
import Foundation
import Testing
import TimeSeries

@testable import Engine

/// What becomes of a leak of 512 MiB a day after a change at its 60th hour: the verdict, and the time at
/// which it was certain.
@Suite struct FixScenarioTests {
  /// How a service grows, which a deploy may change.
  private final class Plan {
    /// Growth as a share of the leak's.
    var leak = 1.0
    /// Load as a share of the first one; memory follows it.
    var load = 1.0
    var isPerRequest = false
    var countsRequests = false
    var warmUp = 0.0

    func callAsFunction(_ now: inout FixWorld.Process) {
      let rate = 20 * load * (1 + 0.5 * sin(2 * .pi * (now.hourOfDay - 9) / 24))
      let grown =
        isPerRequest ? 512 * leak * now.served / (20 * 86_400) : 512 * leak * now.age / 24
      now.anon = 400 + grown + rate + warmUp * (1 - exp(-now.age / 3))
      now.rate = countsRequests ? rate : nil
    }
  }

  private static let change = 60.0

  /// - Returns: the world a day after the change, or at its hour `end`.
  private func run(
    _ plan: Plan, seed: UInt64, build: String = "1.4.2", until end: Double = 86,
    change: (Plan) -> Void
  ) -> FixWorld {
    var world = FixWorld(seed: seed) { plan(&$0) }
    world.runToAlert()
    world.run(to: Self.change)
    change(plan)
    world.restart(build: build)
    world.run(to: end)
    return world
  }

  /// Hours after the change at which this was logged; nil where it never was.
  private func hours(_ text: String, in world: FixWorld) -> Double? {
    world.log.first { $0.hours >= Self.change && $0.text == text }.map { $0.hours - Self.change }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func fixed(seed: UInt64) throws {
    let world = run(Plan(), seed: seed) { $0.leak = 0.01 }
    #expect(hours("api watched", in: world) ?? 99 < 1)
    let certain = try #require(hours("api fixed", in: world))
    #expect(certain >= 4 && certain < 18)
    // The episode ends then, and not before, and only then.
    #expect(hours("resolved", in: world) == certain)
    #expect(!world.isFiring)
    let report = try #require(world.report)
    #expect(report.conclusion.hasPrefix("fixed: −"))
    #expect(
      report.conclusion.hasSuffix(" at equal age") || report.conclusion.hasSuffix(" allowed for"))
    let figures = try #require(report.figures)
    #expect(figures.share < 0.1)
    #expect(abs(figures.slopeBefore / 1_048_576 - 512) < 40)
    let end = try #require(world.told.last)
    #expect(end.status == .resolved)
    #expect(end.fix == report)
    #expect(end.reasons == [report.conclusion])
    #expect(end.summary.hasSuffix(report.conclusion))
    #expect(end.verdict == "leak")
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func fixedThoughAYoungProcessWarmsUp(seed: UInt64) throws {
    let plan = Plan()
    plan.warmUp = 150
    let world = run(plan, seed: seed) { $0.leak = 0.01 }
    #expect(try #require(hours("api fixed", in: world)) <= 24)
    #expect(hours("api still_leaking", in: world) == nil)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func halfFixed(seed: UInt64) throws {
    let world = run(Plan(), seed: seed) { $0.leak = 0.5 }
    let certain = try #require(hours("api half_fixed", in: world))
    #expect(certain >= 4 && certain < 20)
    #expect(hours("resolved", in: world) == nil)
    #expect(world.isFiring)
    let report = try #require(world.report)
    #expect(report.conclusion.hasPrefix("half fixed: −"))
    #expect(abs((report.figures?.share ?? 0) - 0.5) < 0.1)
    #expect(world.told.contains { $0.summary == "api: \($0.fix?.conclusion ?? "")" })
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func notFixed(seed: UInt64) throws {
    let world = run(Plan(), seed: seed, until: 130) { $0.leak = 0.94 }
    let certain = try #require(hours("api still_leaking", in: world))
    #expect(certain >= 4 && certain < 20)
    // The rule itself has a life old enough before the alert may end.
    #expect(hours("resolved", in: world) == nil)
    #expect(world.isFiring)
    let report = try #require(world.report)
    #expect(report.conclusion.hasPrefix("still leaking: "))
    #expect(!report.isWatched)
    #expect(abs((report.figures?.share ?? 0) - 0.94) < 0.1)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func fixedThoughThereIsMoreLoad(seed: UInt64) throws {
    let plan = Plan()
    (plan.isPerRequest, plan.countsRequests) = (true, true)
    let world = run(plan, seed: seed) { ($0.leak, $0.load) = (0.01, 3) }
    #expect(try #require(hours("api fixed", in: world)) <= 24)
    let figures = try #require(world.report?.figures)
    #expect(figures.isPerRequest)
    #expect(figures.loadShare ?? 0 > 2)
    #expect(world.report?.conclusion.contains("load") == true)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func notFixedThoughThereIsLessLoad(seed: UInt64) throws {
    let plan = Plan()
    (plan.isPerRequest, plan.countsRequests) = (true, true)
    // By the clock it would be half fixed.
    let world = run(plan, seed: seed) { $0.load = 0.5 }
    #expect(try #require(hours("api still_leaking", in: world)) <= 24)
    let figures = try #require(world.report?.figures)
    #expect(abs(figures.slope / 1_048_576 - 256) < 80)
    #expect(figures.share > 0.75)
    #expect(world.isFiring)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func aPlainRestartIsNoFix(seed: UInt64) throws {
    let world = run(Plan(), seed: seed, build: "1.4.1", until: 100) { _ in }
    #expect(hours("api plain restart", in: world) ?? 99 < 1)
    #expect(hours("api watched", in: world) == nil)
    #expect(world.report == nil)
    // It leaks on, so the alert goes on until the rule sees it again.
    #expect(hours("resolved", in: world) == nil)
    #expect(world.isFiring)
  }

  @Test func aPlainRestartAfterWhichNothingGrowsEndsWithAWarning() throws {
    let world = run(Plan(), seed: 1, build: "1.4.1", until: 100) { $0.leak = 0 }
    #expect(try #require(hours("resolved", in: world)) >= 24)
    let end = try #require(world.told.last)
    #expect(end.reasons.contains { $0.contains("which is no fix") })
    #expect(end.fix == nil)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func aRollbackEndsTheWatch(seed: UInt64) throws {
    let plan = Plan()
    var world = run(plan, seed: seed, until: 65) { $0.leak = 0.01 }
    plan.leak = 1
    world.restart(build: "1.4.1")
    world.run(to: 96)
    #expect(try #require(hours("api rolled_back", in: world)) < 6)
    #expect(hours("api fixed", in: world) == nil)
    #expect(hours("resolved", in: world) == nil)
    #expect(world.isFiring)
    #expect(world.report?.isWatched == false)
    #expect(world.told.contains { $0.fix?.state == "rolled_back" && $0.status == .firing })
  }

  @Test func aRollbackOfWhatLeaksStillIsNoSecondAttempt() throws {
    let plan = Plan()
    var world = run(plan, seed: 1, until: 90) { $0.leak = 0.94 }
    plan.leak = 1
    world.restart(build: "1.4.1")
    world.run(to: 100)
    let steps = world.log.filter { $0.hours >= Self.change }.map(\.text)
    #expect(steps == ["api watched", "api still_leaking", "api rolled_back"])
    #expect(world.isFiring)
  }

  @Test func aSecondAttemptIsHeldAgainstTheSameLeak() throws {
    let plan = Plan()
    var world = run(plan, seed: 2, until: 80) { $0.leak = 0.94 }
    plan.leak = 0.01
    world.restart(build: "1.4.3")
    world.run(to: 110)
    let steps = world.log.filter { $0.hours >= Self.change }.map(\.text)
    #expect(
      steps == ["api watched", "api still_leaking", "api watched", "api fixed", "resolved"])
    #expect(abs((world.report?.figures?.slopeBefore ?? 0) / 1_048_576 - 512) < 60)
  }

  @Test func whatIsNotCertainIsSaidSo() throws {
    let plan = Plan()
    var world = FixWorld(seed: 1, fix: FixRule(watch: .hours(3))) { plan(&$0) }
    world.runToAlert()
    world.run(to: Self.change)
    plan.leak = 0.01
    world.restart(build: "2")
    world.run(to: 96)
    #expect(hours("api undecided", in: world) == 3)
    #expect(world.report?.conclusion.hasPrefix("not ") == true)
    // From then on the rule decides, by what came since.
    #expect(!world.isFiring)
  }

  @Test func whereItIsOffNothingIsWatched() {
    let plan = Plan()
    var world = FixWorld(seed: 1, fix: FixRule(watch: .zero)) { plan(&$0) }
    world.runToAlert()
    world.run(to: Self.change)
    world.restart(build: "2")
    world.claim(by: "alice", why: "")
    world.run(to: 62)
    #expect(world.log.isEmpty)
    #expect(!world.engine.watchesFixes)
  }
}
