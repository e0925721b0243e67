internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// A diagnosis for a person: the verdict, the checklist line by line, what to run next.
enum DiagnosisText {
  static func text(_ diagnosis: Diagnosis) -> String {
    let verdict = diagnosis.verdict
    let flavour = verdict.flavour.map { " (\($0.rawValue))" } ?? ""
    let reasons = verdict.reasons.isEmpty ? "" : ": \(verdict.reasons.joined(separator: ", "))"
    var lines = ["\(diagnosis.service.name): \(verdict.verdict.rawValue)\(flavour)\(reasons)"]
    let width = diagnosis.checklist.map(\.question.count).max() ?? 0
    for answer in diagnosis.checklist {
      let padding = String(repeating: " ", count: width - answer.question.count)
      lines.append("  \(answer.question)\(padding)  \(answer.answer)")
    }
    if verdict.verdict.isAlerting {
      for command in diagnosis.commands {
        lines.append("  # \(command.purpose)")
        lines.append("  \(command.command)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func line(_ diagnosis: Diagnosis, at moment: Timestamp) -> JSONValue {
    [
      "type": "explanation", "at": .number(moment.seconds),
      "service": .string(diagnosis.service.name.text),
      "verdict": .string(diagnosis.verdict.verdict.rawValue),
      "flavour": .optional(diagnosis.verdict.flavour?.rawValue),
      "growing": .optional(diagnosis.verdict.growing),
      "reasons": .array(diagnosis.verdict.reasons.map(JSONValue.string)),
      "checklist": .array(diagnosis.checklist.map(AlertBody.answer)),
      "commands": .array(diagnosis.commands.map(AlertBody.command)),
    ]
  }
}
