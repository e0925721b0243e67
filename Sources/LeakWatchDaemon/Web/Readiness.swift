internal import TimeSeries

/// Whether what LeakWatch tells can be relied on, part by part.
struct Readiness {
  private let parts: [(isReady: Bool, text: String)]

  init(_ facts: DaemonFacts) {
    var parts = [
      (
        facts.unready == nil,
        facts.unready.map { "sources: \($0)" } ?? "sources: all have begun"
      )
    ]
    if let last = facts.tally.lastEvaluation {
      let age = max(.zero, facts.now - last)
      parts.append((age <= facts.patience, "evaluation: the last one was \(age) ago"))
    } else {
      parts.append((false, "evaluation: none yet"))
    }
    self.parts = parts
  }

  var isReady: Bool { parts.allSatisfy(\.isReady) }

  /// A line for each part, then the sum of it.
  var text: String {
    parts.map { "[\($0.isReady ? "+" : "-")] \($0.text)\n" }.joined()
      + (isReady ? "ready\n" : "not ready\n")
  }
}
