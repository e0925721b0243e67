import Foundation
import TestSupport

/// Noise that hangs together for a while: autoregressive of the first order.
struct Wobble {
  private let deviation: Double
  private let correlation: Double
  private var value = 0.0

  /// - Parameter hours: time in which the memory of a deviation falls to 1/e.
  init(_ deviation: Double, hours: Double, step: Double = ServiceTrace.stepHours) {
    self.deviation = deviation
    correlation = exp(-step / hours)
  }

  mutating func next(_ noise: inout NoiseSource) -> Double {
    value =
      correlation * value
      + (1 - correlation * correlation).squareRoot() * noise.normal()
    return deviation * value
  }
}
