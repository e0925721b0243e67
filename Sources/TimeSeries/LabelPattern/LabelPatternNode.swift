/// A pattern, taken apart.
indirect enum LabelPatternNode: Hashable, Sendable {
  case empty
  case take(ScalarSet)
  case start
  case end
  case sequence([LabelPatternNode])
  case alternatives([LabelPatternNode])
  case repetition(LabelPatternNode, Int, Int?)
}

/// Characters that may stand at one place.
struct ScalarSet: Hashable, Sendable {
  private var ranges: [ClosedRange<UInt32>]
  var isNegated = false
  var ignoresCase = false

  init(_ ranges: [ClosedRange<UInt32>]) {
    self.ranges = ranges
  }

  init(_ scalar: Unicode.Scalar) {
    ranges = [scalar.value...scalar.value]
  }

  static let any = ScalarSet([0...0x10_FFFF])

  /// What the letter after a backslash stands for: d, w, s and their opposites D, W, S.
  init?(perl letter: Unicode.Scalar) {
    guard let ranges = Self.perl[letter.properties.lowercaseMapping] else { return nil }
    self.init(ranges)
    isNegated = letter.properties.isUppercase
  }

  /// "alpha" of `[[:alpha:]]`.
  init?(named name: String) {
    guard let ranges = Self.named[name] else { return nil }
    self.init(ranges)
  }

  mutating func formUnion(_ other: ScalarSet) {
    ranges += other.isNegated ? other.complement : other.ranges
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var isIn = has(scalar.value)
    if !isIn, ignoresCase {
      let forms = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping]
      isIn = forms.contains { form in
        form.unicodeScalars.count == 1 && form.unicodeScalars.allSatisfy { has($0.value) }
      }
    }
    return isIn != isNegated
  }

  private func has(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

  private var complement: [ClosedRange<UInt32>] {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10_FFFF { gaps.append(next...0x10_FFFF) }
    return gaps
  }

  private static let digits: ClosedRange<UInt32> = 0x30...0x39
  private static let upper: ClosedRange<UInt32> = 0x41...0x5A
  private static let lower: ClosedRange<UInt32> = 0x61...0x7A

  private static let perl: [String: [ClosedRange<UInt32>]] = [
    "d": [digits], "w": [digits, upper, lower, 0x5F...0x5F],
    "s": [0x09...0x0A, 0x0C...0x0D, 0x20...0x20],
  ]

  private static let named: [String: [ClosedRange<UInt32>]] = [
    "alnum": [digits, upper, lower], "alpha": [upper, lower], "digit": [digits],
    "lower": [lower], "upper": [upper],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20], "word": [digits, upper, lower, 0x5F...0x5F],
    "xdigit": [digits, 0x41...0x46, 0x61...0x66],
  ]
}
