import Detectors

/// A leak, and what must be said of it by when.
struct GrowingScenario: Sendable {
  var scenario: Scenario
  /// By when the alert must fire, hours after the trace begins.
  var withinHours: Double
  var verdict: Verdict
  /// Any of these.
  var flavours: Set<Flavour>
  /// Any of these: what leaks in the heap also grows in the process.
  var growing: Set<String>
}
