import Foundation
import LinuxSystem
import Scrapers
import Testing
import TimeSeries

/// A scraper on its own loop that notes every report.
final class ScraperHarness {
  let loop: EventLoop
  private(set) var reports: [ExporterReport] = []
  private var scraper: ExporterScraper?

  init() throws {
    let loop = try EventLoop()
    self.loop = loop
    var client: HTTPClient?
    scraper = ExporterScraper(
      loop: loop,
      client: { () throws(HTTPFailure) in
        if let client { return client }
        let made = try HTTPClient(loop: loop)
        client = made
        return made
      },
      onReport: { [weak self] in self?.reports.append($0) })
  }

  func use(_ targets: [ExporterTarget]) { scraper?.use(targets) }

  /// Turns the loop until `condition` holds or the time is up.
  func run(atMost limit: TimeSpan, until condition: () -> Bool = { false }) throws {
    let deadline = SystemClock.monotonic() + limit
    while !condition(), SystemClock.monotonic() < deadline {
      try loop.turn(waitingAtMost: .seconds(0.1))
    }
  }

  /// The first scrape of one target.
  func scrape(_ target: ExporterTarget) throws -> ExporterReport {
    use([target])
    return try nextReport()
  }

  func nextResult() throws -> ScrapeResult { try #require(nextReport().result) }

  private func nextReport() throws -> ExporterReport {
    let before = reports.count
    let first = { self.reports.dropFirst(before).first { $0.result != nil } }
    try run(atMost: .seconds(60)) { first() != nil }
    return try #require(first(), "no result within 60 s")
  }
}

extension ExporterTarget {
  /// A target of tests: soon due, and with patience for a busy machine.
  init(_ url: String, service: String = "api", interval: Double = 0.1, timeout: Double = 10) {
    self.init(service: ServiceName(service), url: url)
    self.interval = .seconds(interval)
    self.timeout = .seconds(timeout)
  }
}

extension ExporterReport {
  /// Signals with one value.
  var values: [Signal: Double] {
    Dictionary((result?.readings ?? []).filter { $0.seriesKey == 0 }.map { ($0.signal, $0.value) })
    { first, _ in first }
  }

  func readings(of signal: Signal) -> [Reading] {
    (result?.readings ?? []).filter { $0.signal == signal }
  }
}

/// The body that `url` answers.
func fetch(_ url: String, _ tls: TLSOptions = TLSOptions()) throws -> [UInt8] {
  let loop = try EventLoop()
  let client = try HTTPClient(loop: loop)
  var request = HTTPRequest(url: url)
  request.tls = tls
  request.timeout = .seconds(30)
  var answer: Result<HTTPResponse, HTTPFailure>?
  client.send(request) { answer = $0 }
  while answer == nil { try loop.turn(waitingAtMost: .seconds(1)) }
  return try #require(answer).get().body
}
