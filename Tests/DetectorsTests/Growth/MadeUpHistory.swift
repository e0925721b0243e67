import Detectors
import TestSupport
import TimeSeries

/// The past of one process that was made up: anonymous memory by the hour of its age.
struct MadeUpHistory {
  static let start = 1_763_942_400.0

  /// Bytes at each quarter of an hour, oldest first.
  var bytes: [Double]
  /// Age of the process at the first of them, hours.
  var firstAgeHours = 200.0
  var limitBytes: Double? = 4e9
  var shiftSeconds = 0.0
  /// As many as `bytes`; nil where no requests are counted.
  var requestsPerSecond: [Double]?

  /// - Parameter bytes: by hours since the first.
  init(hours: Int, _ bytes: (Double) -> Double) {
    self.bytes = (0..<hours * 4).map { bytes(Double($0) / 4) }
  }

  var evidence: GrowthEvidence {
    let day = Array(bytes.suffix(96))
    let long = stride(from: 0, to: bytes.count - 3, by: 4).map { index in
      bytes[index..<index + 4].filter(\.isFinite).min() ?? .nan
    }
    return GrowthEvidence(
      day: history(
        day, step: 900, first: bytes.count - day.count,
        load: requestsPerSecond.map { Array($0.suffix(96)) }),
      long: history(long, step: 3600, first: 0, load: requestsPerSecond.map(Self.hourly)),
      totalBytes: bytes.last { $0.isFinite } ?? 0, limitBytes: limitBytes, heapLimitBytes: nil)
  }

  private static func hourly(_ values: [Double]) -> [Double] {
    stride(from: 0, to: values.count - 3, by: 4).map { index in
      values[index..<index + 4].reduce(0, +) / 4
    }
  }

  private func history(
    _ values: [Double], step: Double, first: Int, load: [Double]?
  ) -> ServiceHistory {
    let began = Double(first) * 900
    return ServiceHistory(
      stepSeconds: step, startSeconds: Self.start + shiftSeconds + began + step / 2,
      life: values.map { _ in 0 },
      ageSeconds: values.indices.map {
        firstAgeHours * 3600 + began + (Double($0) + 0.5) * step
      },
      load: load, floors: [.memoryAnon: values])
  }
}

/// Noise that hangs together from step to step, standard deviation 1.
struct WanderingNoise {
  private var source: NoiseSource
  private let correlation: Double
  private var value: Double

  init(seed: UInt64, correlation: Double) {
    source = NoiseSource(seed: seed)
    self.correlation = correlation
    value = source.normal()
  }

  mutating func next() -> Double {
    let share = (1 - correlation * correlation).squareRoot()
    value = correlation * value + share * source.normal()
    return value
  }
}
