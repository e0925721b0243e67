internal import LinuxSystem

/// Where the outcomes of a replay go: lines as they come, the table at the end.
final class ReplayPrinter {
  private let isTable: Bool
  private var table = ReplayTable()
  private(set) var hasFailed = false

  init(isTable: Bool) {
    self.isTable = isTable
    // A reader that has seen enough ends the run in order, with the progress cleared.
    BrokenPipes.ignoreSignals()
  }

  /// - Returns: false where nobody reads standard output any more.
  func take(_ outcome: TraceJob.Outcome) -> Bool {
    if let message = outcome.message { StandardError.write(message.printable + "\n") }
    if let row = outcome.row { table.add(row) }
    if outcome.hasFailed { addFailure() }
    return outcome.lines.isEmpty || StandardOutput.write(outcome.lines)
  }

  /// Of an argument that leads to no trace at all.
  func fail(_ message: String) {
    StandardError.write("error: \(message)".printable + "\n")
    addFailure()
  }

  func finish() {
    guard isTable else { return }
    let width = Terminal.columns(.output) ?? ReplayTable.standardWidth
    StandardOutput.write(
      table.text(
        width: max(width, ReplayTable.leastWidth), inColour: Terminal.takesColour(.output)))
  }

  private func addFailure() {
    hasFailed = true
    table.addUnreadable()
  }
}
