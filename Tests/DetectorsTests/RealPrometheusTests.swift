import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Detectors

/// Debian's Prometheus computes `deriv` and `rate` over the same samples; ours must agree.
@Suite struct RealPrometheusTests {
  private struct Series {
    var name: String
    var samples: [Sample]
  }

  private static let start: Int64 = 1_763_942_400_000

  /// Memory in pages, memory in bytes, and fractions; regular, jittered, with gaps.
  private static func gauges() -> [Series] {
    (0..<18).map { number in
      var random = SeededGenerator(seed: UInt64(number))
      var samples: [Sample] = []
      var level = Double.random(in: 1e7...4e9, using: &random)
      let drift = Double.random(in: -2e4...4e4, using: &random)
      for step in 0..<(26 * 60) {
        level = max(0, level + drift + Double.random(in: -3e5...3e5, using: &random))
        if number % 3 == 1, Int.random(in: 0..<10, using: &random) == 0 { continue }
        let jitter = number % 2 == 1 ? Int64.random(in: -900...900, using: &random) : 0
        let value =
          switch number % 3 {
          case 0: (level / 4096).rounded() * 4096
          case 1: level.rounded()
          default: level / 7
          }
        let time = Timestamp(milliseconds: start + Int64(step) * 60_000 + jitter)
        samples.append(Sample(time, value))
      }
      return Series(name: "gauge\(number)", samples: samples)
    }
  }

  /// Pause seconds that rise, rest, restart from zero and stop.
  private static func counters() -> [Series] {
    (0..<18).map { number in
      var random = SeededGenerator(seed: UInt64(100 + number))
      var samples: [Sample] = []
      var total = number % 4 == 0 ? 0.0 : Double.random(in: 0...5000, using: &random)
      for step in 0..<(26 * 60) {
        total += max(0, Double.random(in: -2...4, using: &random))
        if number % 3 == 2, Int.random(in: 0..<40, using: &random) == 0 { total = 0 }
        if number % 5 == 4, step % 17 < 6 { continue }
        let jitter = number % 2 == 1 ? Int64.random(in: -900...900, using: &random) : 0
        let time = Timestamp(milliseconds: start + Int64(step) * 60_000 + jitter)
        samples.append(Sample(time, total))
      }
      return Series(name: "pause\(number)_seconds", samples: samples)
    }
  }

  /// Moments at which both are asked: on a sample, between two, at the young end of a series.
  private static let moments: [Timestamp] = [
    Timestamp(milliseconds: start + 25 * 3_600_000),
    Timestamp(milliseconds: start + 25 * 3_600_000 + 31_500),
    Timestamp(milliseconds: start + 40 * 60_000),
    Timestamp(milliseconds: start + 26 * 3_600_000 + 20 * 60_000),
  ]

  private func log(_ series: Series, range: TimeSpan, end: Timestamp) -> SampleLog {
    var log = SampleLog()
    for sample in series.samples where sample.timestamp <= end { log.append(sample) }
    log.trim(before: end - range, bounds: PromQLDialect.prometheus2.rangeBounds)
    return log
  }

  @Test func derivAndRateAgreeWithPrometheus() throws {
    let gauges = Self.gauges()
    let counters = Self.counters()
    let server = try RealPrometheus(
      openMetrics: Self.openMetrics(gauges, type: "gauge")
        + Self.openMetrics(counters, type: "counter") + "# EOF\n")
    defer { server.stop() }
    var compared = 0
    for moment in Self.moments {
      let derivatives = try server.query(
        "label_replace(deriv({__name__=~\"gauge.*\"}[24h]), \"series\", \"$1\", \"series\", \"(.*)\")",
        at: moment.seconds, by: "series")
      for series in gauges {
        let log = log(series, range: .hours(24), end: moment)
        compared += try agree(log.leastSquaresSlope, derivatives[series.name], series.name)
      }
      let rates = try server.query(
        "rate({__name__=~\"pause.*\"}[1h])", at: moment.seconds, by: "series")
      for series in counters {
        let log = log(series, range: .hours(1), end: moment)
        let rate = CounterRate.perSecond(
          log, end: moment, range: .hours(1), dialect: .prometheus2)
        compared += try agree(rate, rates[series.name], series.name)
      }
    }
    #expect(compared > 100)
  }

  /// Equal to 1e-9 relative, and known in the same places.
  private func agree(_ ours: Double?, _ theirs: Double?, _ name: String) throws -> Int {
    guard let ours, let theirs else {
      #expect(
        ours == nil && theirs == nil,
        "\(name): \(String(describing: ours)) and \(String(describing: theirs))")
      return 0
    }
    #expect((ours - theirs).magnitude <= 1e-9 * theirs.magnitude, "\(name): \(ours) and \(theirs)")
    return 1
  }

  private static func openMetrics(_ series: [Series], type: String) -> String {
    let suffix = type == "counter" ? "_total" : ""
    return series.map { series in
      "# TYPE \(series.name) \(type)\n"
        + series.samples.map { sample in
          let milliseconds = sample.timestamp.milliseconds
          let fraction = String(String(1000 + milliseconds % 1000).dropFirst())
          return
            "\(series.name)\(suffix){series=\"\(series.name)\"} \(sample.value) \(milliseconds / 1000).\(fraction)\n"
        }.joined()
    }.joined()
  }
}
