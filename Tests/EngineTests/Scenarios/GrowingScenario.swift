import Detectors

/// A leak, and what must be said of it by when.
struct GrowingScenario: Sendable {
  var scenario: Scenario
  /// By when the alert must fire, hours after the trace begins.
  var withinHours: Double
  var verdict: Verdict
  /// Any of these.
  var flavours: Set<Flavour>
  var growing: String
}
