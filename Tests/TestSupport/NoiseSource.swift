internal import Foundation

/// Noise for tests, repeatable.
package struct NoiseSource {
  private var generator: SeededGenerator

  package init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &generator)
  }

  package mutating func whole(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  /// Mean 0 and variance 1 (Box and Muller).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }

  /// Variance 1, with the correlation `rho` between neighbours; 0 makes it white.
  package mutating func autoregressive(_ count: Int, rho: Double) -> [Double] {
    var value = normal()
    let innovation = (1 - rho * rho).squareRoot()
    return (0..<count).map { _ in
      defer { value = rho * value + innovation * normal() }
      return value
    }
  }

  package mutating func permutation(_ values: [Double]) -> [Double] {
    values.shuffled(using: &generator)
  }
}
