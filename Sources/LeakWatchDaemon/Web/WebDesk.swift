internal import Alerting
internal import Engine
internal import LinuxSystem
internal import TimeSeries

/// Answers requests over HTTP from what the daemon knows. Nothing can be changed here.
struct WebDesk {
  let status: StatusDesk
  let hosts: HostRule
  /// Asked for where they are told.
  let facts: () -> DaemonFacts

  func reply(to request: HTTPServerRequest) -> HTTPServerReply {
    guard let host = request.host, hosts.allows(host) else {
      return failure(421, Self.misdirected, at: request.path)
    }
    guard request.method == "GET" || request.method == "HEAD" else {
      var reply = failure(405, "Only GET and HEAD: nothing can be changed here.", at: request.path)
      reply.headers.append(HTTPHeader("Allow", "GET, HEAD"))
      return reply
    }
    switch WebRoute(path: request.path) {
    case .index: return .page(IndexPage(reports: status.reports, facts: facts()).text)
    case .service(let name): return servicePage(name, at: request.path)
    case .metrics: return metrics
    case .alive: return .plain("ok\n")
    case .ready: return readiness
    case .services: return .json(status.allServices)
    case .serviceData(let name):
      guard let data = status.service(name) else { return unknown(name, at: request.path) }
      return .json(data)
    case .description: return .json(APIDescription.document)
    case nil: return failure(404, "There is nothing at this address.", at: request.path)
    }
  }

  private static let misdirected = """
    This name is not one that LeakWatch answers to; ask under localhost, or list the name in [status] \
    hosts.
    """

  private var metrics: HTTPServerReply {
    var text = MetricsText()
    let facts = facts()
    text.add(facts, process: ProcessFigures.read())
    text.add(status.reports, firing: facts.firing)
    return .plain(text.text, type: MetricsText.contentType)
  }

  private var readiness: HTTPServerReply {
    let readiness = Readiness(facts())
    return .plain(readiness.text, status: readiness.isReady ? 200 : 503)
  }

  private func servicePage(_ text: String, at path: String) -> HTTPServerReply {
    let name = ServiceName(text)
    guard status.names.contains(name),
      let report = status.engine.report(on: name, at: status.now),
      let past = status.engine.past(of: name, at: status.now)
    else { return unknown(text, at: path) }
    return .page(
      ServicePage(
        report: report, diagnosis: status.engine.diagnosis(of: name, at: status.now), past: past,
        entry: status.entry(of: report), facts: facts()
      ).text)
  }

  private func unknown(_ name: String, at path: String) -> HTTPServerReply {
    failure(404, "No service \"\(name.prefix(200))\" is watched.", at: path)
  }

  /// As JSON below /api, else as a page.
  private func failure(_ code: Int, _ sentence: String, at path: String) -> HTTPServerReply {
    if WebRoute.isAPI(path) { return .json(["error": .string(sentence)], status: code) }
    let heading =
      switch code {
      case 404: "Not found"
      case 405: "Not allowed"
      default: "Not here"
      }
    let depth = path.hasPrefix("/") ? path.dropFirst().count { $0 == "/" } : 0
    return .page(
      ErrorPage(
        heading: heading, sentence: sentence, host: status.host, now: status.now,
        root: String(repeating: "../", count: min(depth, 20))
      ).text, status: code)
  }
}
