import Foundation
import TestSupport

/// What a process does in its life without leaking.
enum OrdinaryProcess {
  static let all = [
    Scenario("a warm-up to a plateau, after a start and after a deployment", warmUp),
    Scenario("one step in mid-life", step),
    Scenario("a deployment that needs more memory", deployment),
    Scenario("a bounded cache that fills", boundedCache),
    Scenario("a cache that grows by the logarithm until it is full", logarithmicCache),
    Scenario("a service of 10 to 15 MiB that wobbles", wobble),
    Scenario("gaps, failed scrapes and a limit that is changed", gaps),
    Scenario("transparent huge pages that are gathered over hours", hugePages),
    Scenario("replicas that appear one after another", services: autoscaling),
  ]

  private static func warmUp(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 0.5)
    let constant = noise.uniform(0.7...4)
    let size = noise.uniform(100...300)
    return ServiceTrace(days: 3, startHour: noise.uniform(0...23).rounded(), limit: 1024) { now in
      now.memory(anon: 150 + size * (1 - exp(-now.ageHours / constant)) + wobble.next(&noise))
      if now.hours >= 36, now.ageHours >= 36 { now.end = .restart }
    }
  }

  private static func step(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let moment = noise.uniform(30...60)
    let size = noise.uniform(30...120)
    return ServiceTrace(days: 4, firstAgeHours: 200, limit: 1024) { now in
      now.memory(anon: 400 + (now.hours > moment ? size : 0) + wobble.next(&noise))
    }
  }

  private static func deployment(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let moment = noise.uniform(40...50)
    let size = noise.uniform(50...150)
    return ServiceTrace(days: 4, firstAgeHours: 200, limit: 1024) { now in
      let level = now.hours > moment ? 300 + size : 300
      now.memory(anon: level * (1 - 0.3 * exp(-now.ageHours)) + wobble.next(&noise))
      if now.hours > moment, now.ageHours > 200 { now.end = .restart }
    }
  }

  /// Keys of one kind: each request finds its key or brings it.
  private static func boundedCache(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let constant = noise.uniform(4...9)
    let size = noise.uniform(150...300)
    return ServiceTrace(days: 4, limit: 1024) { now in
      let filled = 1 - exp(-now.ageHours / constant)
      now.memory(anon: 200 + size * filled + wobble.next(&noise))
    }
  }

  /// Keys of which few are frequent: new ones come ever more rarely.
  private static func logarithmicCache(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(3, hours: 1)
    let capacity = noise.uniform(200...260)
    return ServiceTrace(days: 5, limit: 1024) { now in
      let cache = min(capacity, 70 * log(1 + now.ageHours / 0.8))
      now.requests(perSecond: 40)
      now.memory(anon: 200 + cache + wobble.next(&noise))
    }
  }

  private static func wobble(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(1.2, hours: noise.uniform(0.3...1.5))
    return ServiceTrace(days: 3, firstAgeHours: 50, limit: 64) { now in
      now.memory(anon: min(15, max(10, 12.5 + wobble.next(&noise))), file: 3, kernel: 1, slab: 0.5)
    }
  }

  private static func gaps(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(8, hours: 1)
    let holes = (0..<4).map { _ in (at: noise.uniform(5...90), long: noise.uniform(0.5...7)) }
    let resized = noise.uniform(30...60)
    return ServiceTrace(days: 4, firstAgeHours: 300, limit: 1024) { now in
      now.memory(anon: 400 + wobble.next(&noise))
      now.isUp = !holes.contains { now.hours > $0.at && now.hours < $0.at + $0.long }
      if now.hours > resized { now.limit = 512 }
    }
  }

  private static func hugePages(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    let constant = noise.uniform(3...7)
    return ServiceTrace(days: 3, limit: 1024) { now in
      let live = 250 + wobble.next(&noise)
      now.heap(used: live)
      let gathered = (60 * (1 - exp(-now.ageHours / constant))).rounded()
      now.memory(anon: 300 + (live - 250) * 0.5 + gathered * 2)
    }
  }

  private static func autoscaling(_ seed: UInt64) -> [ServiceTrace] {
    var noise = NoiseSource(seed: seed)
    return (0..<4).map { replica in
      var own = NoiseSource(seed: seed &* 100 &+ UInt64(replica))
      var wobble = Wobble(4, hours: 1)
      return ServiceTrace(
        name: "api-\(replica)", days: 3, appears: Double(replica) * noise.uniform(8...14),
        limit: 512
      ) { now in
        now.memory(anon: 200 - 60 * exp(-now.ageHours / 0.5) + wobble.next(&own))
      }
    }
  }
}
