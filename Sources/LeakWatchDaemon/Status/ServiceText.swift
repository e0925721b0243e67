internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// One service for a person: its memory as a picture, the checklist line by line, and why it is or
/// is not alerting.
struct ServiceText {
  let report: ServiceReport
  let diagnosis: Diagnosis?
  let silences: SilenceList
  let now: Timestamp

  func text(width: Int, inColour: Bool) -> String {
    let alerts = StatusTable.alerts(report, silences, at: now)
    let checklist =
      diagnosis.map(DiagnosisText.text)
      ?? "\(report.overview.name): no verdict yet, it needs a few hours of samples\n"
    return checklist.printableLines + "\n" + alerting(alerts, inColour) + silenced + "\n"
      + MemoryPlot(report.dayFloors, limit: report.overview.limitBytes).text(width: width)
  }

  private var silenced: String {
    silences.covering(report.overview.name, at: now).map { SilenceText.line($0) + "\n" }.joined()
  }

  private func alerting(_ alerts: String, _ inColour: Bool) -> String {
    guard alerts.isEmpty else {
      let text = "alerting: \(alerts)"
      return (inColour ? TextStyle.alarm.apply(text) : text) + "\n"
    }
    return "not alerting\n"
  }
}

extension String {
  /// Names and reasons come from outside: what could steer a terminal is made visible, lines stay.
  fileprivate var printableLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
      .joined(separator: "\n")
  }
}
