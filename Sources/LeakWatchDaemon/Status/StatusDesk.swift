internal import Alerting
internal import Engine
internal import TimeSeries

/// Answers questions from what the Engine knows.
struct StatusDesk {
  let engine: Engine
  let host: String
  /// Services that live.
  let names: [ServiceName]
  let silences: SilenceList
  let chronicle: Chronicle
  let now: Timestamp

  func answer(_ line: String) -> [UInt8] {
    switch StatusQuestion(line) {
    case .status(let form): StatusReply.answer(status(form))
    case .explain(let service, let form): explain(service, form)
    case .history(let service, let since, let form): history(service, since: since, form)
    case nil:
      StatusReply.failure("this LeakWatch does not know the question \"\(line.prefix(60))\"")
    }
  }

  /// Those that alert, whose memory ends first before the others, then the others by name.
  var reports: [ServiceReport] {
    names.compactMap { engine.report(on: $0, at: now) }.sorted { left, right in
      Self.order(left) < Self.order(right)
    }
  }

  private static func order(_ report: ServiceReport) -> (Int, Double, ServiceName) {
    let ends = report.overview.growth?.secondsToLimit ?? .infinity
    let rank = report.overview.firing.isEmpty ? report.pending.isEmpty ? 2 : 1 : 0
    return (rank, ends, report.overview.name)
  }

  /// Every service, for programs.
  var allServices: JSONValue { StatusLines.json(reports, host: host, silences, at: now) }

  /// The service of exactly that name, for programs; nil where there is none.
  func service(_ text: String) -> JSONValue? {
    let name = ServiceName(text)
    guard names.contains(name), let report = engine.report(on: name, at: now) else { return nil }
    return detail(report, engine.diagnosis(of: name, at: now))
  }

  private func status(_ form: StatusQuestion.Form) -> String {
    switch form {
    case .json: allServices.text + "\n"
    case .text(let width, let inColour):
      StatusTable(reports, silences, at: now).text(width: width, inColour: inColour)
    }
  }

  private func explain(_ service: String, _ form: StatusQuestion.Form) -> [UInt8] {
    switch find(service, among: names) {
    case .failure(let failure): return StatusReply.failure(failure.reason)
    case .success(let name):
      guard let report = engine.report(on: name, at: now) else {
        return StatusReply.failure("\(name) has just ended")
      }
      let diagnosis = engine.diagnosis(of: name, at: now)
      switch form {
      case .json:
        return StatusReply.answer(detail(report, diagnosis).text + "\n")
      case .text(let width, let inColour):
        return StatusReply.answer(
          ServiceText(report: report, diagnosis: diagnosis, silences: silences, now: now)
            .text(width: width, inColour: inColour))
      }
    }
  }

  private func detail(_ report: ServiceReport, _ diagnosis: Diagnosis?) -> JSONValue {
    StatusLines.json(
      report, diagnosis, silences, entry(of: report).episodes,
      engine.incarnationChanges(of: report.overview.name), at: now)
  }

  /// What is remembered of the service, and of the replicas that it shares its growth alert with.
  func entry(of report: ServiceReport) -> Chronicle.Entry {
    var entry = chronicle[report.overview.name]
    if let group = report.group, group != report.overview.name {
      entry.episodes = (entry.episodes + chronicle[group].episodes)
        .sorted { $0.firedAt < $1.firedAt }
    }
    return entry
  }

  private func history(
    _ service: String?, since: Timestamp, _ form: StatusQuestion.Form
  ) -> [UInt8] {
    var history = HistoryText(
      episodes: chronicle.episodes(since: since), host: host, since: since, now: now)
    if let service {
      // Also those that are watched no more.
      switch find(service, among: Array(chronicle.services.union(names))) {
      case .failure(let failure): return StatusReply.failure(failure.reason)
      case .success(let name):
        let group = engine.report(on: name, at: now)?.group
        history.episodes.removeAll { $0.key.service != name && $0.key.service != group }
        history.isOfOne = true
      }
    }
    return StatusReply.answer(history.text(form))
  }

  /// The service of that name, or the only one whose name holds it.
  private func find(
    _ text: String, among names: [ServiceName]
  ) -> Result<ServiceName, StatusFailure> {
    if names.contains(ServiceName(text)) { return .success(ServiceName(text)) }
    let holding = names.filter { $0.text.contains(text) }.sorted()
    if holding.count == 1 { return .success(holding[0]) }
    let listed = (holding.isEmpty ? names.sorted() : holding).prefix(10).map(\.text)
    let more = (holding.isEmpty ? names.count : holding.count) > 10 ? ", …" : ""
    let reason =
      names.isEmpty
      ? "no service is watched yet"
      : holding.isEmpty
        ? "no service \"\(text)\" is watched; there are: \(listed.joined(separator: ", "))\(more)"
        : "\"\(text)\" may be any of: \(listed.joined(separator: ", "))\(more)"
    return .failure(StatusFailure(reason: reason))
  }
}
