internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// Fixes as people and programs read them.
enum FixText {
  /// What stands beside the alerts of a service in a table; nil without a fix.
  static func cell(_ fix: FixReport?) -> String? {
    guard let fix else { return nil }
    if fix.state == FixReport.watching { return "fix watched" }
    return fix.state.replacing("_", with: " ") + (fix.isWatched ? ", watched on" : "")
  }

  /// One line for `status`; nil where no fix is watched.
  static func line(_ fix: FixReport?, of service: ServiceName) -> String? {
    guard let fix, fix.isWatched else { return nil }
    return "\(service): \(fix.conclusion)".printable
  }

  /// The answer to `leakwatch fixed`.
  static func text(
    _ fixes: [(service: ServiceName, fix: FixReport)], _ form: StatusQuestion.Form
  ) -> String {
    switch form {
    case .json:
      let lines = fixes.map { service, fix -> JSONValue in
        ["service": .string(service.text), "fix": fix.json]
      }
      return JSONValue.object([.init(name: "fixes", value: .array(lines))]).text + "\n"
    case .text:
      return fixes.map { "\($0.service): \($0.fix.conclusion)".printable + "\n" }.joined()
    }
  }
}

extension FixStep.What {
  var event: JournalEvent {
    switch self {
    case .watched: .fixWatched
    case .judged(.rolledBack), .plainRestart: .noFix
    case .judged: .fixJudged
    }
  }

  /// As the journal and the history of an alert say it.
  var words: String {
    switch self {
    case .watched: "fix watched"
    case .judged(.rolledBack): "rolled back"
    case .judged: "fix judged"
    case .plainRestart: "restarted, which is no fix"
    }
  }
}
