internal import Formats
package import LinuxSystem
internal import TimeSeries

/// Asks one server on the event loop's thread: a bounded number of requests at once, in the order
/// in which they were asked; what fails for a reason that may pass is tried again.
package final class PrometheusClient {
  package typealias Completion = (Result<PrometheusReply, PrometheusProblem>) -> Void

  private struct Question {
    var request: PrometheusRequest
    var completion: Completion
    var attempts = 0
  }

  package let endpoint: PrometheusEndpoint
  /// Requests that were sent, further attempts included.
  package private(set) var sentCount = 0
  /// Bytes of answers, uncompressed.
  package private(set) var receivedBytes = 0
  var backoff = RetryBackoff()
  var limits = PrometheusAnswerLimits()

  private let loop: EventLoop
  private let client: () throws(HTTPFailure) -> HTTPClient
  private var waiting: [Question] = []
  private var underWay = 0
  private var running: Set<HTTPRequestID> = []
  private var timers: Set<EventLoop.TimerID> = []
  private var lastStart: TimeSpan?
  private var spacingTimer: EventLoop.TimerID?
  /// Counts up at each `stop`, so that what is still under way then is not heard.
  private var era = 0

  package init(
    _ endpoint: PrometheusEndpoint, loop: EventLoop,
    client: @escaping () throws(HTTPFailure) -> HTTPClient
  ) {
    self.endpoint = endpoint
    self.loop = loop
    self.client = client
  }

  deinit { stop() }

  /// `completion` is called once, never from inside this call, unless `stop` comes first.
  package func ask(_ request: PrometheusRequest, completion: @escaping Completion) {
    waiting.append(Question(request: request, completion: completion))
    begin()
  }

  /// Forgets every question without an answer.
  package func stop() {
    era += 1
    waiting = []
    for id in running { try? client().cancel(id) }
    running = []
    for timer in timers { loop.cancel(timer) }
    timers = []
    if let spacingTimer { loop.cancel(spacingTimer) }
    spacingTimer = nil
    underWay = 0
  }

  /// Begins what may begin now.
  private func begin() {
    while spacingTimer == nil, underWay < max(1, endpoint.concurrency), !waiting.isEmpty {
      let now = SystemClock.monotonic()
      if let lastStart, now - lastStart < endpoint.leastSpacing {
        let rest = endpoint.leastSpacing - (now - lastStart)
        spacingTimer = loop.schedule(after: rest) { [weak self] in
          self?.spacingTimer = nil
          self?.begin()
        }
        return
      }
      lastStart = now
      underWay += 1
      send(waiting.removeFirst())
    }
  }

  private func send(_ question: Question) {
    var question = question
    question.attempts += 1
    sentCount += 1
    let era = era
    do {
      let request = try httpRequest(question.request)
      var id: HTTPRequestID?
      let sent = try client().send(request) { [weak self] reply, body in
        guard let self, self.era == era else { return }
        if let id { running.remove(id) }
        receivedBytes += body.count
        let judgement = ReplyJudgement(
          reply, body, shape: question.request.shape, limits: limits)
        settle(question, judgement)
      }
      id = sent
      running.insert(sent)
    } catch {
      after(.zero) { [weak self] in
        self?.settle(question, .failed(PrometheusProblem(.refused, "\(error)")))
      }
    }
  }

  private func settle(_ question: Question, _ judgement: ReplyJudgement) {
    switch judgement {
    case .done(let reply): finish(question, .success(reply))
    case .failed(let problem): finish(question, .failure(problem))
    case .retry(let problem, let asked):
      guard let delay = backoff.delay(afterAttempts: question.attempts, asked: asked) else {
        return finish(question, .failure(problem))
      }
      // It keeps its place among those under way: a server in trouble is not asked more meanwhile.
      after(delay) { [weak self] in self?.send(question) }
    }
  }

  private func finish(
    _ question: Question, _ result: Result<PrometheusReply, PrometheusProblem>
  ) {
    underWay -= 1
    let era = era
    question.completion(result)
    if self.era == era { begin() }
  }

  private func after(_ delay: TimeSpan, _ action: @escaping () -> Void) {
    var timer: EventLoop.TimerID?
    let scheduled = loop.schedule(after: delay) { [weak self] in
      if let timer { self?.timers.remove(timer) }
      action()
    }
    timer = scheduled
    timers.insert(scheduled)
  }

  /// Credentials are read here, at each request.
  private func httpRequest(_ question: PrometheusRequest) throws(CredentialFailure) -> HTTPRequest {
    let form = question.form(timeout: endpoint.timeout)
    let address = endpoint.url.hasSuffix("/") ? String(endpoint.url.dropLast()) : endpoint.url
    let target = address + question.path
    var request = HTTPRequest(
      question.isForm ? .post : .get, url: question.isForm ? target : "\(target)?\(form)")
    if question.isForm { request.body = Array(form.utf8) }
    request.headers = headers(isForm: question.isForm)
    request.timeout = endpoint.timeout
    request.connectTimeout = min(.seconds(10), endpoint.timeout)
    request.tls = endpoint.tls
    request.proxyURL = endpoint.proxyURL
    request.maximumResponseBytes = endpoint.maximumBodyBytes
    request.acceptsGzip = true
    request.authentication = try endpoint.credentials?.read()
    return request
  }

  private func headers(isForm: Bool) -> [HTTPHeader] {
    var own = [HTTPHeader("Accept", "application/json"), HTTPHeader("User-Agent", "LeakWatch")]
    if isForm { own.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")) }
    let given = Set(endpoint.headers.map { $0.name.lowercased() })
    return own.filter { !given.contains($0.name.lowercased()) } + endpoint.headers
  }
}
