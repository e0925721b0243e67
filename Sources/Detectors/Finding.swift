package import TimeSeries

/// What a rule says of a service at one moment, with its figures: an answer with reasons.
package struct Finding: Hashable, Sendable {
  package enum Condition: Hashable, Sendable {
    case met
    case notMet
    /// Too little is known to say; the payload says what is missing.
    case insufficientData(String)
  }

  package var condition: Condition
  /// The rule's own value in its own unit (PromQL's value for the two PromQL rules).
  package var value: Double?
  package var growth: GrowthFigures
  /// Which memory grows, by the kernel's name; nil where the rule does not say.
  package var growing: String?
  /// Short statements with figures, most telling first.
  package var reasons: [String]

  package init(
    condition: Condition, value: Double? = nil, growth: GrowthFigures = GrowthFigures(),
    growing: String? = nil, reasons: [String] = []
  ) {
    self.condition = condition
    self.value = value
    self.growth = growth
    self.growing = growing
    self.reasons = reasons
  }

  package static func insufficientData(_ missing: String) -> Finding {
    Finding(condition: .insufficientData(missing))
  }
}
