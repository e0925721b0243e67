import Foundation
import TestSupport

/// What a garbage collector does without a leak.
enum OrdinaryRuntime {
  static let all = [
    Scenario("a heap that climbs to its bound over a flat live set", climbingHeap),
    Scenario("GC teeth of minutes", shortTeeth),
    Scenario("GC teeth of 7 to 13 hours", longTeeth),
    Scenario("freed memory that stays resident", lazilyFreed),
    Scenario("time of a concurrent collector counted as pauses", concurrentTime),
  ]

  /// A JVM touches the whole of its heap before its first full collection.
  private static func climbingHeap(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(6, hours: 0.5)
    var native = Wobble(4, hours: 1)
    let hoursToFill = noise.uniform(20...45)
    let live = noise.uniform(150...220)
    return ServiceTrace(days: 4, limit: 1536) { now in
      let phase = (now.ageHours / hoursToFill).truncatingRemainder(dividingBy: 1)
      let heap = live + (1000 - live) * phase
      let touched = now.ageHours > hoursToFill ? 1000 : heap
      now.heap(used: heap + wobble.next(&noise), committed: 1024, limit: 1024)
      now.collections(perMinute: 2, pauseSeconds: 0.012 * exp(0.1 * noise.normal()))
      now.memory(anon: 130 + touched + native.next(&noise))
    }
  }

  private static func shortTeeth(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(4, hours: 1)
    let period = noise.uniform(0.1...0.35)
    return ServiceTrace(days: 2, firstAgeHours: 60, limit: 1024) { now in
      let phase = (now.ageHours / period).truncatingRemainder(dividingBy: 1)
      let live = 180 + wobble.next(&noise)
      now.heap(used: live + 250 * phase, committed: 460, limit: 512)
      now.collections(perMinute: 1 / period / 60, pauseSeconds: 0.03)
      now.memory(anon: 540 + 0.3 * wobble.next(&noise))
    }
  }

  private static func longTeeth(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    let period = noise.uniform(7...13)
    return ServiceTrace(days: 4, firstAgeHours: 70, limit: 1024) { now in
      let phase = (now.ageHours / period).truncatingRemainder(dividingBy: 1)
      let heap = 200 + 300 * phase + wobble.next(&noise)
      now.heap(used: heap, committed: 540)
      now.collections(perMinute: 3, pauseSeconds: 0.008 * exp(0.1 * noise.normal()))
      now.memory(anon: 120 + max(heap, 430))
    }
  }

  /// MADV_FREE, as Go 1.12 to 1.15 did: the kernel takes pages back only when it is short of them.
  private static func lazilyFreed(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(10, hours: 1)
    var burst = Wobble(25, hours: 2)
    // A week of life has been before: most of what bursts can reach is reached.
    var highest = 220 + 40 + noise.uniform(55...80)
    return ServiceTrace(days: 4, firstAgeHours: 170, limit: 1024) { now in
      let live = 220 + wobble.next(&noise)
      let heap = live + max(0, 40 * now.daylight + burst.next(&noise))
      highest = max(highest, heap)
      now.liveHeap(live)
      now.heap(used: heap, committed: highest + 20)
      now.memory(anon: 40 + highest)
    }
  }

  private static func concurrentTime(_ seed: UInt64) -> ServiceTrace {
    var noise = NoiseSource(seed: seed)
    var wobble = Wobble(5, hours: 1)
    return ServiceTrace(days: 2, firstAgeHours: 40, limit: 1024) { now in
      let heap = 300 + wobble.next(&noise)
      now.heap(used: heap, committed: 500, limit: 512)
      // A third of the time: nothing stops, and nothing grows.
      now.collections(perMinute: 4, pauseSeconds: 5 * exp(0.2 * noise.normal()))
      now.memory(anon: 560 + 0.4 * wobble.next(&noise))
    }
  }
}
