internal import func Glibc.erfc
internal import func Glibc.exp
internal import func Glibc.log

/// The standard normal distribution, mean 0 and variance 1.
package enum NormalDistribution {
  private static let squareRootOf2 = 2.0.squareRoot()
  private static let squareRootOf2Pi = (2 * Double.pi).squareRoot()

  /// Density at `x`.
  package static func density(_ x: Double) -> Double {
    exp(-x * x / 2) / squareRootOf2Pi
  }

  /// P(Z ≤ x), precise in the lower tail too.
  package static func cumulative(_ x: Double) -> Double {
    erfc(-x / squareRootOf2) / 2
  }

  /// P(Z > x), precise in the upper tail, where 1 − P(Z ≤ x) is all rounding.
  package static func upperTail(_ x: Double) -> Double {
    cumulative(-x)
  }

  /// The x with P(Z ≤ x) = `probability`: M. J. Wichura, "Algorithm AS 241: The Percentage Points
  /// of the Normal Distribution" (1988), and one Newton step.
  ///
  /// - Returns: −∞ and ∞ at 0 and 1; NaN outside 0...1.
  package static func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return -.infinity }
    if probability == 1 { return .infinity }
    // 1 − p is exact from ½ on, and the lower tail is where small probabilities keep their digits.
    if probability > 0.5 { return -lowerQuantile(1 - probability) }
    return lowerQuantile(probability)
  }

  private static func lowerQuantile(_ probability: Double) -> Double {
    let x = rationalQuantile(probability)
    let density = density(x)
    // Farther out the density has lost digits of its own to the end of the exponent's range.
    guard density > 1e-290 else { return x }
    return x - (cumulative(x) - probability) / density
  }

  /// AS 241's PPND16 for probabilities up to ½: 16 digits from ratios of polynomials.
  private static func rationalQuantile(_ probability: Double) -> Double {
    let offset = probability - 0.5
    if abs(offset) <= 0.425 {
      let r = 0.180625 - offset * offset
      return offset * centre.value(r)
    }
    let r = (-log(probability)).squareRoot()
    return r <= 5 ? -middle.value(r - 1.6) : -far.value(r - 5)
  }

  private struct Ratio {
    /// Coefficients of rising powers.
    let numerator: [Double]
    let denominator: [Double]

    func value(_ x: Double) -> Double {
      Self.polynomial(numerator, x) / Self.polynomial(denominator, x)
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
      coefficients.reversed().reduce(0) { $0 * x + $1 }
    }
  }

  private static let centre = Ratio(
    numerator: [
      3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3,
    ],
    denominator: [
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3,
    ])
  private static let middle = Ratio(
    numerator: [
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ],
    denominator: [
      1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ])
  private static let far = Ratio(
    numerator: [
      6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    denominator: [
      1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ])
}
