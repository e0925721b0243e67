internal import Alerting
internal import Engine
internal import Formats
internal import TimeSeries

/// One trace from its file to what is printed of it. Jobs share nothing, so any number may run.
struct TraceJob: Sendable {
  /// What is to be printed once the trace's turn comes.
  struct Outcome: Sendable {
    /// For standard output, whole.
    var lines = ""
    /// For standard error; nil where there is nothing to say.
    var message: String?
    /// nil where the file is no trace.
    var row: ReplayRow?
    var hasFailed = false
  }

  var settings: EngineSettings
  var interval: TimeSpan
  var printsChanges: Bool
  var printsVerdicts: Bool
  var explains = false

  func run(_ argument: TraceArgument) -> Outcome {
    let trace: RecordedTrace
    do {
      trace = try RecordedTrace(path: argument.path)
    } catch {
      if error.isOtherTable, argument.isFromFolder {
        return Outcome(message: "note: \(argument.path) is passed over: it is no trace")
      }
      return Outcome(message: "error: \(error)", hasFailed: true)
    }
    var lines = ""
    let summary = replay(trace) { lines += $0 }
    if printsChanges { lines += ReplayLines.summary(summary).text + "\n" }
    return Outcome(
      lines: lines, message: trace.fault.map { "warning: \($0)" }, row: ReplayRow(summary))
  }

  private func replay(
    _ trace: RecordedTrace, emit: (String) -> Void
  ) -> TraceReplay.Summary {
    var replay = TraceReplay(
      service: trace.service, settings: settings, evaluatingEvery: interval)
    replay.run(trace.rows) { event in
      switch event {
      case .transition(let change):
        if printsChanges { emit(ReplayLines.transition(change).text + "\n") }
      case .verdict(let verdict, let moment):
        if printsVerdicts {
          emit(VerdictLine.line(verdict, service: trace.service, at: moment).text + "\n")
        }
      case .told, .ended, .memory: break
      }
    }
    if explains, let end = trace.rows.last?.timestamp,
      let diagnosis = replay.diagnosis(at: end)
    {
      emit(
        printsChanges
          ? DiagnosisText.line(diagnosis, at: end).text + "\n"
          : DiagnosisText.text(diagnosis) + "\n")
    }
    return replay.summary
  }
}
