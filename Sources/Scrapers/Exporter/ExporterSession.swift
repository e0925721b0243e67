internal import LinuxSystem
internal import Signals
internal import TimeSeries

/// One target over time: its requests, what its replies mean, and what was said of it already.
final class ExporterSession {
  let target: ExporterTarget
  let schedule: ScrapeSchedule
  /// On the monotonic clock.
  var due: TimeSpan
  /// No target any more: whatever is still due of it is not done.
  var isEnded = false
  /// The scrape under way.
  var running: HTTPRequestID?

  private let headers: [HTTPHeader]
  private var interpreter: ExpositionInterpreter
  private var lastBodyBytes = 0
  private var saidRuntime: ServiceRuntime?
  private var hasSaidFaults = false
  private var hasSaidSkip = false

  init(_ target: ExporterTarget, now: TimeSpan) {
    self.target = target
    schedule = ScrapeSchedule(interval: target.interval, identity: target.identity)
    due = schedule.next(after: now)
    headers = Self.headers(target)
    interpreter = ExpositionInterpreter(target)
  }

  /// Credentials are read here, at each scrape.
  func request() throws(CredentialFailure) -> HTTPRequest {
    var request = HTTPRequest(url: target.url)
    request.headers = headers
    request.timeout = target.timeout
    request.connectTimeout = target.timeout
    request.tls = target.tls
    request.proxyURL = target.proxyURL
    request.maximumResponseBytes = target.maximumBodyBytes
    request.expectedResponseBytes = lastBodyBytes + lastBodyBytes / 64
    request.acceptsGzip = true
    request.authentication = try target.credentials?.read()
    return request
  }

  /// As Prometheus asks, best format first, then those of the target in place of ours.
  private static func headers(_ target: ExporterTarget) -> [HTTPHeader] {
    let accept = [
      "application/openmetrics-text;version=1.0.0;q=0.6",
      "application/openmetrics-text;version=0.0.1;q=0.5", "text/plain;version=1.0.0;q=0.4",
      "text/plain;version=0.0.4;q=0.3", "*/*;q=0.2",
    ]
    let own = [
      HTTPHeader("Accept", accept.joined(separator: ",")),
      HTTPHeader("User-Agent", "LeakWatch"),
      HTTPHeader("X-Prometheus-Scrape-Timeout-Seconds", seconds(target.timeout)),
    ]
    let given = Set(target.headers.map { $0.name.lowercased() })
    return own.filter { !given.contains($0.name.lowercased()) } + target.headers
  }

  /// "10", "0.5": Go's clients parse it as a float.
  private static func seconds(_ span: TimeSpan) -> String {
    span.milliseconds % 1000 == 0 ? "\(span.milliseconds / 1000)" : "\(span.seconds)"
  }

  /// A scrape that is due while the one before it is still under way.
  func skip() -> ExporterReport {
    var report = ExporterReport(nil)
    if !hasSaidSkip {
      report.problem =
        "\(RedactedURL(target.url)): a scrape takes longer than the interval of "
        + "\(target.interval); those that come due meanwhile are skipped"
    }
    hasSaidSkip = true
    return report
  }

  func failure(_ reason: String, at time: Timestamp) -> ExporterReport {
    ExporterReport(
      ScrapeResult(
        service: target.service, source: target.source, timestamp: time, failure: reason))
  }

  /// - Parameter time: when the scrape began.
  func report(
    _ reply: Result<HTTPResponseHead, HTTPFailure>, _ body: Span<UInt8>, at time: Timestamp
  ) -> ExporterReport {
    switch reply {
    case .failure(let failure): return self.failure(failure.explanation, at: time)
    case .success(let head):
      lastBodyBytes = body.count
      hasSaidSkip = hasSaidSkip && head.duration >= target.interval
      guard head.isSuccess else { return failure(refusal(head), at: time) }
      do throws(ExpositionInterpreter.Rejection) {
        let reading = try interpreter.interpret(body, contentType: head.headers.contentType)
        return report(reading, head, bodyBytes: body.count, at: time)
      } catch {
        return failure(error.description, at: time)
      }
    }
  }

  private func report(
    _ reading: ExpositionInterpreter.Reading, _ head: HTTPResponseHead, bodyBytes: Int,
    at time: Timestamp
  ) -> ExporterReport {
    var report = ExporterReport(
      ScrapeResult(
        service: target.service, source: target.source, timestamp: time,
        incarnation: reading.incarnation, build: reading.build, readings: reading.readings))
    report.duration = head.duration
    report.bodyBytes = bodyBytes
    report.sampleCount = reading.sampleCount
    report.keptCount = reading.keptCount
    if interpreter.runtime != saidRuntime {
      saidRuntime = interpreter.runtime
      report.recognised = saidRuntime
    }
    if let faults = reading.faults, !hasSaidFaults {
      report.problem = "\(RedactedURL(target.url)): \(faults); the other lines are read"
    }
    hasSaidFaults = reading.faults != nil
    return report
  }

  private func refusal(_ head: HTTPResponseHead) -> String {
    let advice =
      switch head.status {
      case 300..<400:
        head.headers.location.map { location in
          let shown = location.contains("://") ? RedactedURL(location).text : location.pathOnly
          return ", a redirect to \(shown); redirects are not followed, name the final address"
        } ?? ", a redirect; redirects are not followed, name the final address"
      case 401, 403: "; check the credentials of this target"
      case 404: "; check the path of this target"
      default: ""
      }
    return "the target answered \(head.status)\(advice)"
  }
}

extension String {
  /// Without a query, which may hold a key.
  fileprivate var pathOnly: String { String(prefix { $0 != "?" }) }
}
