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
  let now: Timestamp

  func answer(_ line: String) -> [UInt8] {
    switch StatusQuestion(line) {
    case .status(let form): StatusReply.answer(status(form))
    case .explain(let service, let form): explain(service, form)
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
    return StatusLines.json(report, engine.diagnosis(of: name, at: now), silences, at: now)
  }

  private func status(_ form: StatusQuestion.Form) -> String {
    switch form {
    case .json: allServices.text + "\n"
    case .text(let width, let inColour):
      StatusTable(reports, silences, at: now).text(width: width, inColour: inColour)
    }
  }

  private func explain(_ service: String, _ form: StatusQuestion.Form) -> [UInt8] {
    switch find(service) {
    case .failure(let failure): return StatusReply.failure(failure.reason)
    case .success(let name):
      guard let report = engine.report(on: name, at: now) else {
        return StatusReply.failure("\(name) has just ended")
      }
      let diagnosis = engine.diagnosis(of: name, at: now)
      switch form {
      case .json:
        return StatusReply.answer(
          StatusLines.json(report, diagnosis, silences, at: now).text + "\n")
      case .text(let width, let inColour):
        return StatusReply.answer(
          ServiceText(report: report, diagnosis: diagnosis, silences: silences, now: now)
            .text(width: width, inColour: inColour))
      }
    }
  }

  /// The service of that name, or the only one whose name holds it.
  private func find(_ text: String) -> Result<ServiceName, StatusFailure> {
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
