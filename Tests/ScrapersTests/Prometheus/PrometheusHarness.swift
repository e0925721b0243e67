import Formats
import LinuxSystem
import Signals
import Testing
import TimeSeries

@testable import Scrapers

/// A client on its own loop.
final class PrometheusHarness {
  let loop: EventLoop
  let client: PrometheusClient

  init(_ endpoint: PrometheusEndpoint) throws {
    let loop = try EventLoop()
    self.loop = loop
    let http = try HTTPClient(loop: loop)
    client = PrometheusClient(endpoint, loop: loop) { () throws(HTTPFailure) in http }
    client.backoff = RetryBackoff(attempts: 4, first: .seconds(0.02), longest: .seconds(0.1))
  }

  convenience init(_ url: String, _ change: (inout PrometheusEndpoint) -> Void = { _ in }) throws {
    var endpoint = PrometheusEndpoint(url: url)
    change(&endpoint)
    try self.init(endpoint)
  }

  func ask(_ request: PrometheusRequest) throws -> Result<PrometheusReply, PrometheusProblem> {
    var result: Result<PrometheusReply, PrometheusProblem>?
    client.ask(request) { result = $0 }
    #expect(result == nil, "answered from inside the call")
    try turn { result != nil }
    return try #require(result)
  }

  func series(_ request: PrometheusRequest) throws -> [PrometheusSeries] {
    guard case .series(let series) = try ask(request).get().content else {
      throw PrometheusProblem(.refused, "no series")
    }
    return series
  }

  /// What a whole range brings.
  struct Reading {
    var series: [[PrometheusSeries]] = []
    var gaps: [PrometheusRangeReader.Gap] = []
    var notices: [String] = []
    var stretches: [Int] = []
    var failure: PrometheusProblem?
  }

  /// - Parameter between: called after each stretch with how many there were.
  func read(
    _ queries: [String], _ grid: MomentGrid, size: StretchSize = StretchSize(),
    between: (Int) throws -> Void = { _ in }
  ) throws -> Reading {
    let reader = PrometheusRangeReader(client, queries: queries, grid: grid, size: size)
    var reading = Reading(series: queries.map { _ in [] })
    while true {
      var outcome: PrometheusRangeReader.Outcome?
      reader.readNext { outcome = $0 }
      try turn { outcome != nil }
      switch try #require(outcome) {
      case .finished: return reading
      case .failed(let problem):
        reading.failure = problem
        return reading
      case .stretch(let stretch):
        reading.gaps += stretch.gaps
        reading.notices += stretch.notices
        reading.stretches.append(stretch.grid.count)
        for (index, answer) in stretch.answers.enumerated() {
          for series in answer ?? [] { reading.add(series, index) }
        }
        try between(reading.stretches.count)
      }
    }
  }

  private func turn(until condition: () -> Bool) throws {
    let deadline = SystemClock.monotonic() + .seconds(60)
    while !condition(), SystemClock.monotonic() < deadline {
      try loop.turn(waitingAtMost: .seconds(0.1))
    }
  }
}

extension PrometheusHarness.Reading {
  fileprivate mutating func add(_ one: PrometheusSeries, _ index: Int) {
    if let place = series[index].firstIndex(where: { $0.labels == one.labels }) {
      series[index][place].samples += one.samples
    } else {
      series[index].append(one)
    }
  }
}

extension MomentGrid {
  /// Of tests: seconds.
  init(_ start: Int64, every step: Int64, count: Int) {
    self.init(
      start: Timestamp(milliseconds: start * 1000), step: TimeSpan(milliseconds: step * 1000),
      count: count)
  }
}
