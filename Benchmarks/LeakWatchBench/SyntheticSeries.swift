/// SplitMix64: small, fast and the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 to 1, 1 excluded.
  mutating func share() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Mean 0, standard deviation 1, near enough to normal: three uniform numbers added.
  mutating func noise() -> Double {
    (share() + share() + share() - 1.5) * 2
  }
}

/// One series as services produce them: memory in whole pages that rests, wanders, leaks, is
/// collected in a sawtooth or moves in steps; or a counter of pause seconds.
struct SyntheticSeries {
  private enum Shape {
    case flat, wandering, leaking, sawtooth, steps, pauseCounter
  }

  private let shape: Shape
  private let base: Double
  /// Bytes a second, or seconds of pause a second.
  private let rate: Double
  private var value: Double
  private var random: SplitMix

  /// A service's memory.
  init(memoryOf service: Int) {
    var random = SplitMix(state: UInt64(service))
    base = 100e6 + 700e6 * random.share()
    switch random.share() {
    case ..<0.15: (shape, rate) = (.flat, 0)
    case ..<0.60: (shape, rate) = (.wandering, 0)
    case ..<0.70: (shape, rate) = (.leaking, (0.05 + 0.6 * random.share()) * base / 86_400)
    case ..<0.90: (shape, rate) = (.sawtooth, base * 0.4 / (300 + 3300 * random.share()))
    default: (shape, rate) = (.steps, 0)
    }
    value = base
    self.random = random
  }

  /// A collector's `jvm_gc_pause_seconds_sum`.
  init(pausesOf collector: Int) {
    random = SplitMix(state: UInt64(1_000_000 + collector))
    shape = .pauseCounter
    base = 0
    rate = 0.005 + 0.08 * random.share()
    value = 0
  }

  /// The value `seconds` after the one before.
  mutating func next(after seconds: Double) -> Double {
    switch shape {
    case .flat: break
    case .wandering:
      if random.share() < 0.75 { value += random.noise() * base * 0.002 - (value - base) * 0.01 }
    case .leaking: value += rate * seconds + random.noise() * base * 0.001
    case .sawtooth:
      value += rate * seconds * (0.5 + random.share())
      if value > base * 1.4 { value = base * (0.95 + 0.1 * random.share()) }
    case .steps:
      if random.share() < seconds / 3600 { value = base * (0.6 + 0.8 * random.share()) }
    case .pauseCounter:
      if random.share() < 0.6 { value += rate * seconds * 2 * random.share() / 0.6 }
      return (value * 1000).rounded() / 1000
    }
    return (max(value, 4096) / 4096).rounded(.down) * 4096
  }
}
