internal import Alerting
internal import Engine
internal import TimeSeries

/// The question of `leakwatch restart-policy`, as it travels.
enum RestartQuestion {
  private static let word = "restart-policy"

  static func line(_ form: StatusQuestion.Form) -> String { "\(word) \(form.word)" }

  /// nil for another question.
  static func form(_ line: String) -> StatusQuestion.Form? {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, words[0] == word else { return nil }
    return StatusQuestion.Form(word: words[1])
  }
}

/// Where every instance with a restart policy stands, as people and programs read it.
struct RestartText {
  var standings: [RestartStanding]
  var policies: [String]
  var now: Timestamp

  func text(_ form: StatusQuestion.Form) -> String {
    switch form {
    case .json: return JSONValue.array(standings.map(json)).text + "\n"
    case .text(let width, let inColour):
      if policies.isEmpty { return "there is no [[restart_policy]]: nothing is restarted\n" }
      if standings.isEmpty { return "no service that is watched has a restart policy\n" }
      var table = TextTable([
        .init(title: "SERVICE", leastWidth: 12),
        .init(title: "POLICY"),
        .init(title: "STATE"),
        .init(title: "EARLIEST"),
        .init(title: "WHY", leastWidth: 12),
      ])
      for standing in standings {
        table.add([
          .init(standing.service.text),
          .init(standing.policy + (standing.isDryRun ? " (dry run)" : "")),
          .init(standing.state.word), .init(standing.opensAt?.rfc3339 ?? "not known"),
          .init(Self.why(standing)),
        ])
      }
      return table.text(width: width, inColour: inColour)
    }
  }

  private static func why(_ standing: RestartStanding) -> String {
    var parts = [standing.reason]
    if case .waiting(let hold) = standing.state { parts.append(hold.words) }
    if let last = standing.lastTurn {
      parts.append("last restart \(last.at.rfc3339): \(last.outcome.rawValue), \(last.words)")
    }
    return parts.joined(separator: "; ")
  }

  private func json(_ standing: RestartStanding) -> JSONValue {
    var hold: RestartHold?
    if case .waiting(let found) = standing.state { hold = found }
    return [
      "service": .string(standing.service.text), "unit": .optional(standing.unit),
      "policy": .string(standing.policy), "dry_run": .bool(standing.isDryRun),
      "state": .string(standing.state.word), "trigger": .optional(standing.trigger?.rawValue),
      "reason": .string(standing.reason), "hold": .optional(hold?.kind.rawValue),
      "hold_reason": .optional(hold?.words), "due_at": .optional(standing.dueAt?.seconds),
      "opens_at": .optional(standing.opensAt?.seconds),
      "last_restart": standing.lastTurn.map(json) ?? .null,
    ]
  }

  private func json(_ turn: RestartTurn) -> JSONValue {
    [
      "at": .number(turn.at.seconds), "ended_at": .number(turn.endedAt.seconds),
      "trigger": .string(turn.trigger.rawValue), "outcome": .string(turn.outcome.rawValue),
      "reason": .string(turn.words),
    ]
  }
}

extension RestartStanding.State {
  var word: String {
    switch self {
    case .resting: "resting"
    case .waiting: "waiting"
    case .ready: "ready"
    case .busy(let stage): stage.rawValue
    }
  }
}
