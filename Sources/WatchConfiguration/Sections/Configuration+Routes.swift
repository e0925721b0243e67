internal import Alerting

/// What all sinks together are told.
extension Configuration {
  enum Coverage {
    /// Some sink takes it whatever the service and the rule.
    case whole
    /// Sinks take it of some services or rules.
    case partial
    case nothing
  }

  func coverage(of severity: Severity) -> Coverage {
    let routes = sinks.map(\.route).filter { $0.severities.contains(severity) }
    if routes.isEmpty { return .nothing }
    let isWhole = routes.contains {
      $0.services.isEmpty && $0.kinds.count == AlertKind.allCases.count
    }
    return isWhole ? .whole : .partial
  }

  /// Somebody who names receivers wants to be woken; a page that none of them takes is surely a slip.
  func warnOfPagesThatGoNowhere(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("sink"), !sinks.isEmpty, coverage(of: .page) == .nothing,
      let first = given.element(0, of: "sink")
    else { return }
    log.warning(
      at: first.position, "no sink takes alerts of severity \"page\": they go to the journal alone")
  }
}
