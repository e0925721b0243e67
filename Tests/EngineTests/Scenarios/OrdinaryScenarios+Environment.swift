import TestSupport

/// What the kernel and the users of a service do to its memory.
enum OrdinaryEnvironment {
  static let all = [
    Scenario("page cache that grows", pageCache),
    Scenario("reclaimable slab that grows", reclaimableSlab),
    Scenario("a daily cycle, without a request counter", dailyCycle),
    Scenario("traffic that rises by 80 % with memory in proportion", traffic),
  ]

  private static func pageCache(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let perHour = noise.uniform(10...35)
    return ServiceTrace(days: 4, firstAgeHours: 20, limit: 4096) { now in
      // The page cache's index is kernel memory that no shrinker takes before the cache.
      let file = 300 + perHour * now.hours
      now.memory(anon: 250 + wobble.next(&noise), file: file, kernel: 9 + 0.004 * file)
    }
  }

  private static func reclaimableSlab(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    let perHour = noise.uniform(1...4)
    return ServiceTrace(days: 4, firstAgeHours: 20, limit: 1024) { now in
      let slab = 10 + perHour * now.hours
      now.memory(anon: 200 + wobble.next(&noise), kernel: 7 + slab, slab: slab)
    }
  }

  private static func dailyCycle(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(6, hours: 1)
    let swing = noise.uniform(30...90)
    return ServiceTrace(
      days: 5, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 100, limit: 1024
    ) { now in
      now.memory(anon: 400 + swing * now.daylight + wobble.next(&noise))
    }
  }

  private static func traffic(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    var rush = Wobble(6, hours: 0.7)
    let begins = noise.uniform(20...50)
    let lasts = noise.uniform(2...40)
    return ServiceTrace(
      days: 5, startHour: noise.uniform(0...23).rounded(), firstAgeHours: 100, limit: 2048
    ) { now in
      let more = 0.8 * min(1, max(0, (now.hours - begins) / lasts))
      let rate = (100 + 40 * now.daylight + rush.next(&noise)) * (1 + more)
      now.requests(perSecond: rate)
      now.memory(anon: 100 + 2.5 * rate + wobble.next(&noise))
    }
  }
}
