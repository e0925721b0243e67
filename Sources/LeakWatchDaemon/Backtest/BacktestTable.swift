internal import Alerting
internal import Detectors
internal import TimeSeries

/// What would have fired, a line each, and what stayed silent: for a person.
struct BacktestTable {
  /// Alerts of one service that are shown; more are counted.
  private static let firingsShown = 6
  /// Alerts whose words are shown.
  private static let wordsShown = 10

  private let result: BacktestResult

  init(_ result: BacktestResult) {
    self.result = result
  }

  func text(width: Int, inColour: Bool) -> String {
    guard !result.records.isEmpty else { return "" }
    var table = TextTable([
      .init(title: "SERVICE", leastWidth: 12),
      .init(title: "MEMORY"),
      .init(title: "FIRED"),
      .init(title: "AT (UTC)"),
      .init(title: "AS A"),
      .init(title: "BEFORE", leastWidth: 10),
      .init(title: "VERDICT AT END", leastWidth: 10),
    ])
    for record in result.records {
      for row in Self.rows(record) { table.add(row) }
    }
    return table.text(width: width, inColour: inColour) + words + silence + "\n" + result.sentence
      + "\n"
  }

  private static func rows(_ record: BacktestRecord) -> [[TextTable.Cell]] {
    let name = TextTable.Cell(record.service.text)
    let sparkline = record.plot.sparkline
    let memory = sparkline.isEmpty ? .unknown : TextTable.Cell(sparkline)
    let verdict = VerdictText.cell(record.verdict?.verdict, record.verdict?.flavour)
    guard !record.firings.isEmpty else {
      return [[name, memory, .unknown, "", "", .unknown, verdict]]
    }
    var rows = record.firings.prefix(firingsShown).enumerated().map { index, firing in
      [
        index == 0 ? name : "", index == 0 ? memory : "", .init(firing.kind.rawValue),
        .init(moment(firing.at)), severity(firing), lead(record, firing),
        index == 0 ? verdict : "",
      ]
    }
    let more = record.firingCount - rows.count
    if more > 0 { rows.append(["", "", .init("and \(more) more", .faint), "", "", "", ""]) }
    return rows
  }

  /// "2026-11-12 04:10"
  static func moment(_ moment: Timestamp) -> String {
    let text = moment.rfc3339
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  private static func severity(_ firing: BacktestRecord.Firing) -> TextTable.Cell {
    .init(firing.severityText, firing.severity == .page ? .alarm : .plain)
  }

  private static func lead(
    _ record: BacktestRecord, _ firing: BacktestRecord.Firing
  ) -> TextTable.Cell {
    guard let ending = record.ending(after: firing.at) else { return .unknown }
    let name = ending.kind == .oomKill ? "OOM kill" : "restart"
    let seconds = (ending.at - firing.at).seconds
    return .init(seconds < 1 ? "at the \(name)" : "\(RoughDuration.text(seconds)) before \(name)")
  }

  /// What people would have read, the first alert of each service.
  private var words: String {
    let first = result.records.compactMap { record in
      record.firings.first { $0.kind == .memoryGrowth } ?? record.firings.first
    }.sorted { $0.at < $1.at }
    guard !first.isEmpty else { return "" }
    let lines = first.prefix(Self.wordsShown).map { firing in
      let reasons = firing.reasons.isEmpty ? "" : " (\(firing.reasons.joined(separator: ", ")))"
      return "  \(Self.moment(firing.at))  \("\(firing.said)\(reasons)".printable)\n"
    }
    let more = first.count - lines.count
    return "\nWhat it would have said first:\n" + lines.joined()
      + (more > 0 ? "  and \(more) more\n" : "")
  }

  private var silence: String {
    let kills = result.records.flatMap { record in
      record.unforetoldKills.map { (record.service, $0.at) }
    }.sorted { $0.1 < $1.1 }
    let silent = result.records.count { $0.firings.isEmpty }
    var text = ""
    if !kills.isEmpty {
      let named = kills.prefix(5).map { "\($0.0) at \(Self.moment($0.1))" }
        .joined(separator: ", ")
      let more = kills.count > 5 ? " and \(kills.count - 5) more" : ""
      text +=
        "\nNothing foretold \(kills.count == 1 ? "the OOM kill" : "the OOM kills") of "
        + "\(named)\(more).".printable + "\n"
    }
    if silent > 0 {
      text += "\n\(silent) of \(result.records.count) services stayed silent.\n"
    }
    return text
  }
}

extension BacktestRecord.Firing {
  /// "page", or "ticket → page" where it became more urgent.
  var severityText: String {
    firstSeverity == severity
      ? severity.rawValue : "\(firstSeverity.rawValue) → \(severity.rawValue)"
  }
}
