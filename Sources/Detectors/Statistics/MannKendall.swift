/// Whether values rise or fall with time, by the signs of their pairs alone (H. B. Mann 1945;
/// M. G. Kendall, "Rank Correlation Methods", 1975).
package struct MannKendall: Hashable, Sendable {
  package let count: Int
  /// Kendall's S: pairs that rise less pairs that fall.
  package let s: Double
  /// Variance of S without a trend, corrected for ties and, by `hamedRao`, for serial correlation.
  package let varianceOfS: Double
  /// S as a share of all pairs, −1 to 1.
  package let tauA: Double
  /// S over the geometric mean of the number of all pairs and of those that differ (M. G. Kendall
  /// 1945); nil where all values are equal.
  package let tauB: Double?

  /// For independent values.
  ///
  /// - Parameter values: In the order of time.
  /// - Returns: nil below two values and where one is not a number.
  package init?(_ values: [Double]) {
    guard values.count >= 2, !values.contains(where: \.isNaN) else { return nil }
    let ties = Ranks.tieSizes(values)
    let pairs = Self.pairs(values.count)
    let different = pairs - ties.map(Self.pairs).reduce(0, +)
    count = values.count
    s = Self.sumOfSigns(values)
    varianceOfS = Ranks.varianceOfS(count: values.count, ties: [ties])
    tauA = s / pairs
    tauB = different > 0 ? s / (pairs * different).squareRoot() : nil
  }

  init(_ plain: MannKendall, varianceOfS: Double) {
    count = plain.count
    s = plain.s
    self.varianceOfS = varianceOfS
    tauA = plain.tauA
    tauB = plain.tauB
  }

  /// S in standard deviations, one taken off |S| because it only takes whole steps; 0 at S = 0.
  package var z: Double {
    if s == 0 { return 0 }
    return (s > 0 ? s - 1 : s + 1) / varianceOfS.squareRoot()
  }

  /// Probability of an |S| this large without a trend.
  package var twoSidedP: Double { min(1, 2 * NormalDistribution.upperTail(abs(z))) }

  /// Probability of an S this high without a trend: small where values rise.
  package var risingP: Double { NormalDistribution.upperTail(z) }

  /// Probability of an S this low without a trend: small where values fall.
  package var fallingP: Double { NormalDistribution.cumulative(z) }

  static func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }

  /// Kendall's S of values in the order of time.
  static func sumOfSigns(_ values: [Double]) -> Double {
    var sum = 0
    for later in values.indices {
      for earlier in 0..<later {
        if values[later] > values[earlier] {
          sum += 1
        } else if values[later] < values[earlier] {
          sum -= 1
        }
      }
    }
    return Double(sum)
  }
}
