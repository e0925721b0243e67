private import TimeSeries

/// What stands between the braces of a placeholder.
enum TemplateField: String, CaseIterable, Sendable {
  // Of the alert; in a group outside its list, of the most urgent one.
  case alert, status, service, host, severity, episode, summary, verdict, flavour, growing, unit
  case cgroup, runtime
  case startedAt = "started_at"
  case at
  case slope = "slope_bytes_per_day"
  case secondsToLimit = "seconds_to_limit"
  case growth
  case timeToLimit = "time_to_limit"
  case pageURL = "page_url"
  case runbookURL = "runbook_url"
  /// What heap profiles showed, in one sentence.
  case evidence
  case text
  // Of the message.
  case title, count
  case firingCount = "firing_count"
  case resolvedCount = "resolved_count"
  // Of the element of a list.
  case element = "."
  case question, answer, purpose, command, href
  case linkText = "link_text"
  case place
  case placeGrowth = "place_growth"
  case deltaBytes = "delta_bytes"

  /// The list inside which alone it has a meaning.
  var list: TemplateSection? {
    switch self {
    case .element: .reasons
    case .question, .answer: .checklist
    case .purpose, .command: .commands
    case .href, .linkText: .links
    case .place, .placeGrowth, .deltaBytes: .growers
    default: nil
    }
  }
}

/// What a section depends on.
enum TemplateSection: String, CaseIterable, Sendable {
  case firing, resolved, page, warning, ticket, group
  /// Whether heap profiles showed something.
  case evidence
  // Once for each element.
  case alerts, reasons, checklist, commands, links, growers
  /// The last element of the innermost list.
  case last

  var isList: Bool {
    switch self {
    case .alerts, .reasons, .checklist, .commands, .links, .growers: true
    default: false
    }
  }
}
