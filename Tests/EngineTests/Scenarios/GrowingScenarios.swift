import Detectors
import TestSupport

enum GrowingScenarios {
  static let all = [
    GrowingScenario(
      scenario: Scenario("60 MB a day in a service of 1 GB", slow), withinHours: 48,
      verdict: .leak, flavours: [.trueLeak], growing: ["heap", "anon"]),
    GrowingScenario(
      scenario: Scenario("a floor that rises below larger teeth", risingFloor), withinHours: 48,
      verdict: .leak, flavours: [.trueLeak], growing: ["heap", "anon"]),
    GrowingScenario(
      scenario: Scenario("200 MB a day under a daily swing", underASwing), withinHours: 48,
      verdict: .leak, flavours: [.unknown], growing: ["anon"]),
    GrowingScenario(
      scenario: Scenario("a leak by the request that rests at night", perRequest), withinHours: 60,
      verdict: .leak, flavours: [.unknown], growing: ["anon"]),
    GrowingScenario(
      scenario: Scenario("killed for want of memory every 6 to 12 hours", killed),
      withinHours: 48, verdict: .leak, flavours: [.unknown], growing: ["anon"]),
    GrowingScenario(
      scenario: Scenario("killed as often, with an exporter beside it", killedWithExporter),
      withinHours: 48, verdict: .leak, flavours: [.trueLeak], growing: ["heap", "anon"]),
    GrowingScenario(
      scenario: Scenario("malloc's arenas: 270 MB of 580 in use", arenas), withinHours: 60,
      verdict: .fragmentation, flavours: [.fragmentation], growing: ["anon"]),
    GrowingScenario(
      scenario: Scenario("kernel memory that fills 90 % of the limit in 52 days", kernel),
      withinHours: 120, verdict: .leak, flavours: [.kernel], growing: ["kernel"]),
    GrowingScenario(
      scenario: Scenario("a leak outside the heap of a JVM", offHeap), withinHours: 48,
      verdict: .leak, flavours: [.native], growing: ["anon"]),
    GrowingScenario(
      scenario: Scenario("a leak that shows over two weeks only", twoWeeks), withinHours: 336,
      verdict: .leak, flavours: [.unknown], growing: ["anon"]),
  ]

  private static func slow(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    return ServiceTrace(
      days: 3, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 50, limit: 1024
    ) { now in
      let live = 380 + 57 * now.hours / 24 + wobble.next(&noise)
      now.heap(used: live + 60 * noise.uniform(0...1), committed: live + 80)
      now.memory(anon: live + 120)
    }
  }

  private static func risingFloor(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    let period = noise.uniform(1.2...2.5)
    return ServiceTrace(days: 3, firstAgeHours: 50, limit: 1024) { now in
      let phase = (now.ageHours / period).truncatingRemainder(dividingBy: 1)
      let live = 200 + 50 * now.hours / 24 + wobble.next(&noise)
      let heap = live + 150 * phase
      now.heap(used: heap, committed: 200 + 50 * now.hours / 24 + 170)
      now.collections(perMinute: 1, pauseSeconds: 0.01 * live / 200)
      now.memory(anon: 60 + live + 150)
    }
  }

  private static func underASwing(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(8, hours: 1)
    return ServiceTrace(
      days: 3, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 100, limit: 2048
    ) { now in
      let swing = 60 * now.daylight
      now.memory(anon: 500 + 190 * now.hours / 24 + swing + wobble.next(&noise))
    }
  }

  private static func perRequest(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    var rush = Wobble(5, hours: 0.7)
    var served = 0.0
    return ServiceTrace(
      days: 4, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 100, limit: 1024
    ) { now in
      let rate = max(0, 60 * now.daylight) + 1 + abs(rush.next(&noise))
      served += rate * ServiceTrace.stepHours * 3600
      now.requests(perSecond: rate)
      // 2 million requests a day, 50 bytes each.
      now.memory(anon: 300 + served * 50 / 1_048_576 + wobble.next(&noise))
    }
  }

  private static func killed(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 0.5)
    let perHour = 362 / noise.uniform(6...12)
    return ServiceTrace(days: 3, limit: 512) { now in
      let anon = 140 + perHour * now.ageHours + wobble.next(&noise)
      now.memory(anon: min(anon, 470))
      if anon > 470 { now.end = .oomKill }
    }
  }

  private static func killedWithExporter(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 0.5)
    let perHour = 362 / noise.uniform(6...12)
    return ServiceTrace(days: 3, limit: 512) { now in
      let live = 90 + perHour * now.ageHours + wobble.next(&noise)
      now.heap(used: min(live, 420) + 20 * noise.uniform(0...1))
      now.memory(anon: min(50 + live, 470))
      if live > 420 { now.end = .oomKill }
    }
  }

  private static func arenas(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let perDay = noise.uniform(40...90)
    return ServiceTrace(days: 4, firstAgeHours: 60, limit: 1024) { now in
      let inUse = 270 + wobble.next(&noise)
      now.heap(used: inUse)
      now.memory(anon: inUse + 60 + perDay * now.hours / 24)
    }
  }

  private static func kernel(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    var objects = Wobble(0.6, hours: 2)
    return ServiceTrace(days: 6, firstAgeHours: 300, limit: 1024) { now in
      let slab = 20 + 0.9 * 1024 / 52 * now.hours / 24
      now.memory(anon: 250 + wobble.next(&noise), kernel: slab + 9 + objects.next(&noise))
    }
  }

  private static func offHeap(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    let period = noise.uniform(0.3...1.5)
    let perDay = noise.uniform(60...120)
    return ServiceTrace(days: 3, firstAgeHours: 60, limit: 1536) { now in
      let phase = (now.ageHours / period).truncatingRemainder(dividingBy: 1)
      now.heap(used: 150 + 200 * phase + wobble.next(&noise), committed: 400, limit: 512)
      now.collections(perMinute: 1 / period / 60, pauseSeconds: 0.02)
      now.memory(anon: 520 + perDay * now.hours / 24 + wobble.next(&noise))
    }
  }

  /// 0.6 % a day under a swing ten times as large and restless days.
  private static func twoWeeks(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(10, hours: 5)
    return ServiceTrace(
      days: 14, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 300, limit: 1024
    ) { now in
      let swing = 40 * now.daylight
      now.memory(anon: 500 + 4 * now.hours / 24 + swing + wobble.next(&noise))
    }
  }
}
