internal import func Glibc.exp
internal import func Glibc.log

/// The regularised incomplete beta function I_x(a, ½): what Student's t is made of.
enum IncompleteBeta {
  /// I_x(a, ½) and 1 − I_x(a, ½), by the continued fraction on whichever side it converges fast.
  ///
  /// - Parameters:
  ///   - a: Above 0.
  ///   - x: 0...1.
  ///   - complement: 1 − x, given because a caller may know it to more digits.
  ///   - logX: ln x, likewise, and finite where x is too small for a double.
  static func withHalf(
    _ a: Double, x: Double, complement: Double, logX: Double
  ) -> (tail: Double, central: Double) {
    let front = exp(a * logX - logBetaWithHalf(a)) * complement.squareRoot()
    if x < (a + 1) / (a + 2.5) {
      let value = front * fraction(a, 0.5, x) / a
      return (value, 1 - value)
    }
    let value = front * fraction(0.5, a, complement) * 2
    return (1 - value, value)
  }

  /// ln B(a, ½) for a > 0, without the cancellation of two large ln Γ.
  static func logBetaWithHalf(_ a: Double) -> Double {
    // Γ(a + ½)/Γ(a) by its asymptotic series (F. G. Tricomi and A. Erdélyi, "The asymptotic
    // expansion of a ratio of gamma functions", 1951), after the recurrence has led there.
    var large = a
    var product = 1.0
    while large < 20 {
      product *= (large + 0.5) / large
      large += 1
    }
    let inverse = 1 / large
    let square = inverse * inverse
    let series =
      inverse
      * (-1 / 8 + square
        * (1 / 192 + square * (-1 / 640 + square * (17 / 14_336 - square * 31 / 18_432))))
    return 0.5 * log(.pi / large) - series + log(product)
  }

  /// The continued fraction of I_x(a, b) behind its leading factor, evaluated from the front
  /// (W. J. Lentz, "Generating Bessel functions in Mie scattering calculations using continued
  /// fractions", 1976, as Thompson and Barnett 1986 modified it).
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func nonZero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...20_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonZero(1 + even * d)
      c = nonZero(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonZero(1 + odd * d)
      c = nonZero(1 + odd / c)
      let change = d * c
      result *= change
      if abs(change - 1) < 4e-16 { break }
    }
    return result
  }
}
