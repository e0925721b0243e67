internal import func Glibc.exp
internal import func Glibc.expm1
internal import func Glibc.log
internal import func Glibc.log1p

/// Student's t distribution.
package struct StudentT: Hashable, Sendable {
  /// Above 0; need not be whole. Infinity is the normal distribution.
  package let degreesOfFreedom: Double

  /// - Returns: nil unless `degreesOfFreedom` is above 0.
  package init?(degreesOfFreedom: Double) {
    guard degreesOfFreedom > 0 else { return nil }
    self.degreesOfFreedom = degreesOfFreedom
  }

  private var isNormal: Bool { degreesOfFreedom == .infinity }
  /// With each digit more of ν the continued fraction loses one, and `normalised` gains four.
  private var isNearlyNormal: Bool { degreesOfFreedom > 1e5 }

  /// Density at `x`.
  package func density(_ x: Double) -> Double {
    if isNormal { return NormalDistribution.density(x) }
    return exp(logDensity(x))
  }

  /// P(T ≤ x), precise in the lower tail too.
  package func cumulative(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    if isNormal { return NormalDistribution.cumulative(x) }
    return x <= 0 ? tail(-x) : 1 - tail(x)
  }

  /// P(T > x), precise in the upper tail.
  package func upperTail(_ x: Double) -> Double {
    cumulative(-x)
  }

  /// The x with P(T ≤ x) = `probability`: Newton's steps, kept in a bracket by bisection.
  ///
  /// - Returns: −∞ and ∞ at 0 and 1; NaN outside 0...1.
  package func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return -.infinity }
    if probability == 1 { return .infinity }
    if isNormal { return NormalDistribution.quantile(probability) }
    if isNearlyNormal { return denormalised(NormalDistribution.quantile(probability)) }
    let offset = probability - 0.5
    if offset == 0 { return 0 }
    let beyond = min(probability, 1 - probability)
    let x = abs(offset) < 0.2 ? central(inverting: abs(offset)) : tail(inverting: beyond)
    return offset < 0 ? -x : x
  }

  private func logDensity(_ x: Double) -> Double {
    let shape = degreesOfFreedom / 2
    let power = (shape + 0.5) * Self.log1pOfSquare(x / degreesOfFreedom.squareRoot())
    return -power - IncompleteBeta.logBetaWithHalf(shape) - log(degreesOfFreedom) / 2
  }

  /// P(T > x) for x ≥ 0.
  private func tail(_ x: Double) -> Double {
    if x == 0 { return 0.5 }
    if isNearlyNormal { return NormalDistribution.upperTail(normalised(x)) }
    return half(x).tail / 2
  }

  /// Both halves of |T| at x > 0: I of ν/(ν + x²) and its complement, each as it is precise.
  private func half(_ x: Double) -> (tail: Double, central: Double) {
    let shape = degreesOfFreedom / 2
    let ratio = x / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    return IncompleteBeta.withHalf(
      shape, x: 1 / (1 + square), complement: 1 / (1 + 1 / square),
      logX: -Self.log1pOfSquare(ratio))
  }

  /// The normal deviate of the same probability, for many degrees of freedom: D. L. Wallace's
  /// transformation with the next term (G. W. Hill, "Algorithm 395: Student's t-distribution",
  /// 1970). What is left out is of the order of 1/ν⁴.
  private func normalised(_ x: Double) -> Double {
    let shift = degreesOfFreedom - 0.5
    let z = (shift * Self.log1pOfSquare(x / degreesOfFreedom.squareRoot())).squareRoot()
    return z + (z * z * z + 3 * z) / (48 * shift * shift)
  }

  /// The inverse of `normalised`, of either sign.
  private func denormalised(_ deviate: Double) -> Double {
    let shift = degreesOfFreedom - 0.5
    let u = abs(deviate)
    let z = u - (u * u * u + 3 * u) / (48 * shift * shift)
    let x = (degreesOfFreedom * expm1(z * z / shift)).squareRoot()
    return deviate < 0 ? -x : x
  }

  /// Solves P(0 < T < x) = `target` near the middle, where the distribution is all but straight.
  private func central(inverting target: Double) -> Double {
    solve(from: target / density(0)) { x in (half(x).central / 2 - target, density(x)) }
  }

  /// Solves P(T > x) = `target` in logarithms, in which even a heavy tail is no steep one.
  private func tail(inverting target: Double) -> Double {
    solve(from: -NormalDistribution.quantile(target)) { x in
      let logTail = log(tail(x))
      return (log(target) - logTail, exp(logDensity(x) - logTail))
    }
  }

  /// The root of a rising function of x > 0, given with its derivative.
  private func solve(
    from start: Double, _ function: (Double) -> (value: Double, derivative: Double)
  ) -> Double {
    var low = 0.0
    var high = Double.infinity
    var x = start
    for _ in 0..<500 {
      let (value, derivative) = function(x)
      if value == 0 { return x }
      if value < 0 { low = x } else { high = x }
      var next = x - value / derivative
      if !(next > low && next < high) {
        next = high == .infinity ? 2 * x : low == 0 ? high / 2 : (low * high).squareRoot()
      }
      if abs(next - x) <= 1e-13 * x { return next }
      x = next
    }
    return x
  }

  /// ln(1 + r²), whatever the size of r.
  private static func log1pOfSquare(_ r: Double) -> Double {
    abs(r) > 1e8 ? 2 * log(abs(r)) : log1p(r * r)
  }
}
