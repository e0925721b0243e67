import Detectors
import Formats
import LinuxSystem
import Scrapers
import Signals
import TestSupport
import Testing
import TimeSeries

/// The rules' figures over ranges that were fetched are the server's own.
@Suite struct FetchedRangeTests {
  private static let start: Int64 = 1_763_942_400
  private static let minutes = 26 * 60

  private struct Series {
    var name: String
    var samples: [Sample]
  }

  /// Gauges and counters: on the minute, with jitter, with holes; counters also start anew.
  private static func series(_ kind: String, isCounter: Bool) -> [Series] {
    (0..<9).map { number in
      var random = SeededGenerator(seed: UInt64(number + (isCounter ? 100 : 0)))
      var value = Double.random(in: 1e8...1e9, using: &random)
      if isCounter { value = 0 }
      var samples: [Sample] = []
      for minute in 0..<minutes {
        if isCounter {
          value += Double.random(in: 0...3, using: &random)
          if number % 2 == 0, minute % 500 == 499 { value = 0 }
        } else {
          value += Double.random(in: -3e5...5e5, using: &random)
        }
        if number % 3 == 1, Int.random(in: 0..<8, using: &random) == 0 { continue }
        // Far enough from the grid that every sample keeps to its own minute.
        let jitter = number % 3 == 2 ? Int64.random(in: -20_000...(-5000), using: &random) : 0
        let time = (start + Int64(minute) * 60) * 1000 + jitter
        samples.append(Sample(Timestamp(milliseconds: time), value))
      }
      return Series(name: "\(kind)\(number)", samples: samples)
    }
  }

  private static func openMetrics(_ all: [Series], _ metric: String) -> String {
    "# TYPE \(metric) unknown\n"
      + all.flatMap { series in
        series.samples.map { sample in
          let (whole, rest) = sample.timestamp.milliseconds.quotientAndRemainder(dividingBy: 1000)
          let fraction = String(String(1000 + rest).dropFirst())
          return "\(metric){name=\"\(series.name)\"} \(sample.value) \(whole).\(fraction)\n"
        }
      }.joined()
  }

  /// What a back-test or a watch would get, stretch by stretch.
  private func fetch(_ address: String, _ query: String) throws -> [String: [Sample]] {
    let loop = try EventLoop()
    let http = try HTTPClient(loop: loop)
    let client = PrometheusClient(PrometheusEndpoint(url: address), loop: loop) {
      () throws(HTTPFailure) in http
    }
    let grid = MomentGrid(
      start: Timestamp(milliseconds: Self.start * 1000), step: .minutes(1), count: Self.minutes)
    let reader = PrometheusRangeReader(client, queries: [query], grid: grid)
    var fetched: [String: [Sample]] = [:]
    while true {
      var outcome: PrometheusRangeReader.Outcome?
      reader.readNext { outcome = $0 }
      while outcome == nil { try loop.turn(waitingAtMost: .seconds(1)) }
      guard case .stretch(let stretch) = outcome else { break }
      #expect(stretch.gaps.isEmpty)
      for series in try #require(stretch.answers[0]) {
        fetched[series.labels["name"] ?? "", default: []] += series.samples
      }
    }
    return fetched
  }

  private func log(_ samples: [Sample], range: TimeSpan, end: Timestamp) -> SampleLog {
    var log = SampleLog()
    for sample in samples where sample.timestamp <= end { log.append(sample) }
    log.trim(before: end - range, bounds: PromQLDialect.prometheus2.rangeBounds)
    return log
  }

  @Test func derivAndRateAgreeWithTheServer() throws {
    let gauges = Self.series("gauge", isCounter: false)
    let counters = Self.series("counter", isCounter: true)
    let server = try RealPrometheus(
      openMetrics: Self.openMetrics(gauges, "memory_bytes")
        + Self.openMetrics(counters, "pause_seconds") + "# EOF\n")
    let memoryQuery = "last_over_time(memory_bytes[59999ms])"
    let pauseQuery = "last_over_time(pause_seconds[59999ms])"
    let memory = try fetch(server.address, memoryQuery)
    let pauses = try fetch(server.address, pauseQuery)
    #expect(memory.count == 9 && pauses.count == 9)

    var compared = 0
    for minute: Int64 in [45, 300, 1441, 1559] {
      let end = Timestamp(milliseconds: (Self.start + minute * 60) * 1000)
      let ours = memory.mapValues { log($0, range: .hours(24), end: end).leastSquaresSlope }
      compared += try agree(ours, server, "deriv(\(memoryQuery)[24h:60s])", at: end)
      // On the minute the server's raw samples are the very same.
      let onGrid = ours.filter { !isJittered($0.key) }
      compared += try agree(onGrid, server, "deriv(memory_bytes[24h])", at: end)

      let rates = pauses.mapValues { samples in
        CounterRate.perSecond(
          log(samples, range: .hours(1), end: end), end: end, range: .hours(1),
          dialect: .prometheus2)
      }
      compared += try agree(rates, server, "rate(\(pauseQuery)[1h:60s])", at: end)
      compared += try agree(
        rates.filter { !isJittered($0.key) }, server, "rate(pause_seconds[1h])", at: end)
    }
    #expect(compared == 4 * (9 + 6 + 9 + 6))
  }

  private func isJittered(_ name: String) -> Bool {
    name.last?.wholeNumberValue.map { $0 % 3 == 2 } ?? false
  }

  /// Equal to 1e-9 relative, and known in the same places. - Returns: how many were compared.
  private func agree(
    _ ours: [String: Double?], _ server: RealPrometheus, _ query: String, at end: Timestamp
  ) throws -> Int {
    let theirs = try server.query(query, at: end.seconds, by: "name")
    for (name, value) in ours {
      let value = try #require(value, "\(query) \(name)")
      let other = try #require(theirs[name], "\(query) \(name)")
      #expect(
        (value - other).magnitude <= 1e-9 * other.magnitude, "\(query) \(name): \(value) \(other)")
    }
    return ours.count
  }
}
