import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

/// One client on one loop, turned until everything sent has been answered.
struct ClientHarness {
  let loop: EventLoop
  let client: HTTPClient

  init() throws {
    loop = try EventLoop()
    client = try HTTPClient(loop: loop)
  }

  func answer(_ request: HTTPRequest) throws -> Result<HTTPResponse, HTTPFailure> {
    try answers([request])[0]
  }

  /// In the order of the requests; a test that hangs is ended by a failure, not by patience.
  func answers(_ requests: [HTTPRequest]) throws -> [Result<HTTPResponse, HTTPFailure>] {
    var answers = [Result<HTTPResponse, HTTPFailure>?](repeating: nil, count: requests.count)
    for (index, request) in requests.enumerated() {
      client.send(request) { answers[index] = $0 }
    }
    let deadline = SystemClock.monotonic() + .seconds(30)
    while answers.contains(where: { $0 == nil }), SystemClock.monotonic() < deadline {
      try loop.turn(waitingAtMost: .seconds(1))
    }
    return try answers.map { try #require($0, "no answer within 30 s") }
  }
}

@Suite struct HTTPClientTests {
  let server: TestService
  let harness: ClientHarness

  init() throws {
    server = try TestService.python("misbehaving.py")
    harness = try ClientHarness()
  }

  private func request(_ path: String, method: HTTPRequest.Method = .get) -> HTTPRequest {
    var request = HTTPRequest(method, url: server.url(path))
    request.timeout = .seconds(5)
    return request
  }

  private func echo(_ request: HTTPRequest) throws -> Echo {
    let response = try harness.answer(request).get()
    return try JSONDecoder().decode(Echo.self, from: Data(response.body))
  }

  private struct Echo: Decodable {
    var method: String
    var headers: [String: String]
    var body: String
    var connection: Int
  }

  @Test func bringsStatusHeadersAndBody() throws {
    let response = try harness.answer(request("/metrics")).get()
    #expect(response.status == 200)
    #expect(response.headers.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(response.headers["content-LENGTH"] == String(response.body.count))
    #expect(String(decoding: response.body, as: UTF8.self).contains("python_info"))
  }

  @Test(arguments: [("/500", 500), ("/404", 404), ("/429", 429), ("/redirect", 302)])
  func anyStatusIsAResponse(path: String, status: Int) throws {
    let response = try harness.answer(request(path)).get()
    #expect(response.status == status)
    #expect(response.headers.retryAfter == (status == 429 ? .seconds(7) : nil))
    #expect(response.headers.location == (status == 302 ? "/metrics" : nil))
  }

  @Test func keepsItsConnection() throws {
    let first = try echo(request("/echo"))
    let second = try echo(request("/echo"))
    #expect(first.connection == second.connection)
  }

  @Test func aKeptConnectionThatTheServerClosesWakesNobodyTwice() throws {
    for _ in 0..<3 {
      #expect(try harness.answer(request("/leave")).get().status == 200)
      var turns = 0
      let end = SystemClock.monotonic() + .seconds(0.5)
      while SystemClock.monotonic() < end {
        try harness.loop.turn(waitingAtMost: .seconds(0.1))
        turns += 1
      }
      // Five waits and the hang-up; a loop that is told of it again and again turns thousands of times.
      #expect(turns < 100)
    }
    #expect(try echo(request("/echo")).method == "GET")
  }

  @Test func whatTakesTheNumberOfAClosedSocketIsHeard() throws {
    // A second client closes its connection; the descriptor's next owner is one of the first client.
    var other: HTTPClient? = try HTTPClient(loop: harness.loop)
    var arrived = 0
    other?.send(request("/echo")) { _ in arrived += 1 }
    while arrived < 1 { try harness.loop.turn(waitingAtMost: .seconds(1)) }
    other = nil
    for _ in 0..<20 {
      #expect(try harness.answer(request("/leave")).get().status == 200)
      #expect(try echo(request("/echo")).method == "GET")
    }
  }

  @Test func sendsMethodHeadersAndBody() throws {
    var post = request("/echo", method: .post)
    post.body = Array("{\"a\":1}".utf8)
    post.headers = [HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Empty", "")]
    let echo = try echo(post)
    #expect(echo.method == "POST")
    #expect(echo.body == "{\"a\":1}")
    #expect(echo.headers["content-type"] == "application/json")
    #expect(echo.headers["x-empty"] == "")
    #expect(echo.headers["expect"] == nil)
  }

  /// A handle that is set up for one request serves the next one with its own headers and body.
  @Test func nothingOfARequestIsLeftInTheNext() throws {
    var post = request("/echo", method: .post)
    post.authentication = .bearer("t0ken")
    for body in ["a long first body", "short", ""] {
      post.body = Array(body.utf8)
      post.headers = body == "short" ? [] : [HTTPHeader("X-Body", body)]
      let echo = try echo(post)
      #expect(echo.body == body && echo.headers["content-length"] == String(body.utf8.count))
      #expect(echo.headers["x-body"] == (body == "short" ? nil : body))
      #expect(echo.headers["authorization"] == "Bearer t0ken")
    }
    post.authentication = nil
    #expect(try echo(post).headers["authorization"] == nil)
    let get = try echo(request("/echo"))
    #expect(get.method == "GET" && get.body == "" && get.headers["x-body"] == nil)
    #expect(try echo(request("/echo", method: .put)).method == "PUT")
  }

  @Test func postsAnEmptyBody() throws {
    let echo = try echo(request("/echo", method: .post))
    #expect(echo.headers["content-length"] == "0")
  }

  @Test func authenticates() throws {
    var basic = request("/echo")
    basic.authentication = .basic(user: "scraper", password: "s3cret")
    #expect(try echo(basic).headers["authorization"] == "Basic c2NyYXBlcjpzM2NyZXQ=")
    var bearer = request("/echo")
    bearer.authentication = .bearer("t0ken")
    #expect(try echo(bearer).headers["authorization"] == "Bearer t0ken")
    #expect(try echo(request("/echo")).headers["authorization"] == nil)
  }

  @Test func decompresses() throws {
    var zipped = request("/gzip")
    let plain = try harness.answer(zipped).get()
    zipped.acceptsGzip = true
    let unzipped = try harness.answer(zipped).get()
    #expect(unzipped.headers["Content-Encoding"] == "gzip")
    #expect(unzipped.body == plain.body)
  }

  @Test(arguments: [
    ("/endless-body", HTTPFailure.Reason.bodyTooLarge(limit: 1 << 20)),
    ("/gzip-bomb", .bodyTooLarge(limit: 1 << 20)),
    ("/endless-headers", .headersTooLarge(limit: 65536)),
    ("/endless-header-line", .headersTooLarge(limit: 65536)),
    ("/hang", .timedOut(.reply, after: .seconds(0.5))),
    ("/drip", .timedOut(.body, after: .seconds(0.5))),
  ])
  func isNotHeldUp(path: String, reason: HTTPFailure.Reason) throws {
    var hostile = request(path)
    hostile.acceptsGzip = true
    hostile.maximumResponseBytes = 1 << 20
    if case .timedOut = reason { hostile.timeout = .seconds(0.5) }
    #expect(throws: HTTPFailure(reason: reason, url: server.url(path))) {
      try harness.answer(hostile).get()
    }
  }

  @Test func aSilentTLSHandshakeTimesOut() throws {
    var silent = HTTPRequest(url: server.url("/metrics", scheme: "https"))
    silent.connectTimeout = .seconds(0.5)
    #expect(
      throws: HTTPFailure(reason: .timedOut(.handshake, after: .seconds(0.5)), url: silent.url)
    ) {
      try harness.answer(silent).get()
    }
  }

  @Test(arguments: [
    ("/close-mid-body", "the connection was lost before the reply was complete"),
    ("/truncated-chunks", "the connection was lost before the reply was complete"),
    ("/bad-chunks", "the reply is not well-formed HTTP"),
    ("/close-at-once", "the connection was lost before the reply was complete"),
    ("/not-http", "the reply is not well-formed HTTP"),
    ("/broken-gzip", "the reply is not well-formed HTTP"),
  ])
  func saysWhatBroke(path: String, explanation: String) throws {
    var hostile = request(path)
    hostile.acceptsGzip = true
    let failure = #expect(throws: HTTPFailure.self) { try harness.answer(hostile).get() }
    let description = failure?.description ?? ""
    #expect(description.hasPrefix("\(server.url(path)): \(explanation): "), "\(description)")
  }

  @Test func saysThatNobodyListens() throws {
    let port = SilentPort()
    let url = "http://127.0.0.1:\(port.number)/metrics"
    let failure = #expect(throws: HTTPFailure.self) {
      try harness.answer(HTTPRequest(url: url)).get()
    }
    #expect(
      failure?.description
        == "\(url): cannot connect: Connection refused; "
        + "is the service running, and is the address right?")
  }

  @Test func saysThatAHostIsUnknown() throws {
    let failure = #expect(throws: HTTPFailure.self) {
      try harness.answer(HTTPRequest(url: "http://leakwatch.invalid/metrics")).get()
    }
    guard case .cannotResolve = failure?.reason else {
      Issue.record("not a failed lookup: \(String(describing: failure))")
      return
    }
  }

  @Test(arguments: [
    ("ftp://127.0.0.1/x", "the URL must begin with http:// or https://"),
    ("127.0.0.1:80/x", "the URL must begin with http:// or https://"),
    ("http://127.0.0.1:99999/", "Port number was not a decimal number between 0 and 65535"),
  ])
  func refusesABadURL(url: String, detail: String) throws {
    let failure = #expect(throws: HTTPFailure.self) {
      try harness.answer(HTTPRequest(url: url)).get()
    }
    #expect(failure?.reason == .invalidRequest(detail))
  }

  @Test(arguments: ["a\r\nX-Evil: 1", "a\u{0}b", "a\nb"])
  func refusesControlCharactersInHeaders(value: String) throws {
    var evil = request("/echo")
    evil.headers = [HTTPHeader("X-Name", value)]
    #expect(
      throws: HTTPFailure(
        reason: .invalidRequest("header \"X-Name\" holds a control character"), url: evil.url)
    ) {
      try harness.answer(evil).get()
    }
  }

  @Test func usesTheProxyItIsGiven() throws {
    var proxied = HTTPRequest(url: "http://leakwatch.invalid/metrics")
    proxied.proxyURL = server.url("")
    // The double answers absolute targets as an unknown path.
    #expect(try harness.answer(proxied).get().status == 404)
  }

  @Test func servesManyAtOnceOverOneThread() throws {
    let answers = try harness.answers((0..<100).map { _ in request("/metrics") })
    #expect(answers.allSatisfy { (try? $0.get().status) == 200 })
    #expect(harness.client.activeCount == 0)
  }

  @Test func aCancelledRequestIsNeverAnswered() throws {
    var answered = false
    let id = harness.client.send(request("/hang")) { _ in answered = true }
    try harness.loop.turn(waitingAtMost: .seconds(0.1))
    harness.client.cancel(id)
    let bad = harness.client.send(HTTPRequest(url: "gopher://x")) { _ in answered = true }
    harness.client.cancel(bad)
    #expect(try harness.answer(request("/metrics")).get().status == 200)
    #expect(!answered)
  }

  @Test func aCompletionMayCancelItsNeighbour() throws {
    var answered = 0
    var ids: [HTTPRequestID] = []
    for _ in 0..<10 {
      let id = harness.client.send(request("/metrics")) { _ in
        answered += 1
        for id in ids { harness.client.cancel(id) }
      }
      ids.append(id)
    }
    #expect(try harness.answer(request("/metrics")).get().status == 200)
    #expect(answered == 1)
  }

  @Test func aCompletionMaySendAgain() throws {
    var statuses: [Int] = []
    harness.client.send(request("/500")) { first in
      statuses.append((try? first.get().status) ?? 0)
      harness.client.send(request("/404")) { second in
        statuses.append((try? second.get().status) ?? 0)
      }
    }
    let deadline = SystemClock.monotonic() + .seconds(10)
    while statuses.count < 2, SystemClock.monotonic() < deadline {
      try harness.loop.turn(waitingAtMost: .seconds(1))
    }
    #expect(statuses == [500, 404])
  }

  @Test func mayGoAwayWithRequestsUnderWay() throws {
    let loop = try EventLoop()
    do {
      let client = try HTTPClient(loop: loop)
      client.send(request("/hang")) { _ in Issue.record("answered") }
      try loop.turn(waitingAtMost: .seconds(0.1))
      #expect(client.activeCount == 1)
    }
    try loop.turn(waitingAtMost: .zero)
  }

  @Test func shutdownEndsEverything() throws {
    for _ in 0..<5 { harness.client.send(request("/hang")) { _ in Issue.record("answered") } }
    try harness.loop.turn(waitingAtMost: .seconds(0.1))
    harness.client.shutdown()
    #expect(harness.client.activeCount == 0)
  }
}
