package import Alerting
package import Detectors
package import TimeSeries

/// What LeakWatch thinks of one service and why, whether or not it alerts.
package struct Diagnosis: Sendable {
  package var service: ServiceDescription
  package var verdict: GrowthVerdict
  package var checklist: [ChecklistAnswer]
  package var commands: [SuggestedCommand]
}

extension Engine {
  /// - Returns: nil where no such service is known, or the rule is off.
  package func diagnosis(of name: ServiceName, at now: Timestamp) -> Diagnosis? {
    guard let service = service(name), let verdict = service.verdict?.stored.value else {
      return nil
    }
    return Diagnosis(
      service: service.description, verdict: verdict,
      checklist: service.checklist(verdict, at: now),
      commands: service.commands(growing: verdict.growing))
  }
}

extension ServiceState {
  func checklist(_ verdict: GrowthVerdict, at now: Timestamp) -> [ChecklistAnswer] {
    GrowthChecklist(
      verdict: verdict, limitBytes: limitBytes, life: lives.last,
      restarts: max(0, lives.count - 1),
      deploy: incarnationChanges.last { $0.isNewBuild == true }, now: now
    ).answers + fixAnswers + evidenceAnswers
  }

  func commands(growing: String?) -> [SuggestedCommand] {
    var commands = [SuggestedCommand.journal(of: description)]
    if let unit = description.unit {
      commands.append(
        SuggestedCommand(
          purpose: "its state, limits and processes",
          command: "systemctl status \(unit); systemctl show -p MemoryMax -p MemoryHigh \(unit)"))
    }
    if let evidence { return commands + [evidence.command] }
    return commands + EvidenceCommands.commands(growing: growing, service: description)
  }
}
