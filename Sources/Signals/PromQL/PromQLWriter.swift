internal import TimeSeries

/// Writes the queries of signal sets.
struct PromQLWriter {
  /// Labels by which services are told apart; those that a series lacks do no harm.
  private static let identityLabels = [
    "namespace", "pod", "container", "name", "groupname", "job", "instance",
  ]

  /// Of the user's choice; put first.
  let serviceLabel: String
  /// In every selector; may be empty.
  let matchers: String
  /// Between two moments that are asked for.
  let step: TimeSpan

  /// The selector's newest value within one step. Left to itself a server repeats the last value for
  /// five minutes: a gap would look like memory that stands still.
  static func fresh(_ selector: String, within step: TimeSpan) -> String {
    // 2.x counts both ends of a range, and the sample one step ago belongs to the moment before.
    guard step.milliseconds > 1 else { return selector }
    return "last_over_time(\(selector)[\(step.milliseconds - 1)ms])"
  }

  /// One series for each service: `sum by (service,namespace,…) (expression)`.
  ///
  /// - Parameter labels: those of the source that tell its services apart.
  func aggregated(
    _ operation: String, _ expression: String, by labels: [String] = identityLabels
  ) -> String {
    let all = labels.contains(serviceLabel) ? labels : [serviceLabel] + labels
    return "\(operation) by (\(all.joined(separator: ","))) (\(expression))"
  }

  func selector(_ metric: String, _ conditions: String...) -> String {
    selector(metric, conditions)
  }

  private func selector(_ metric: String, _ conditions: [String]) -> String {
    let all = (conditions + [matchers]).filter { !$0.isEmpty }
    let selector = all.isEmpty ? metric : "\(metric){\(all.joined(separator: ","))}"
    return Self.fresh(selector, within: step)
  }

  func selector(_ selector: SeriesSelector) -> String {
    self.selector(selector.metric, selector.matchers.map(Self.condition))
  }

  /// The same meaning as `SignalReader` gives the source when it reads an exporter.
  func expression(_ source: SignalSource) -> String {
    let selectors = source.terms.map { selector($0.selector) }
    guard source.combination != .perSeries else { return selectors.joined(separator: " or ") }
    // −1 stands for "no limit" in one pool, and is no part of the sum.
    let floor = source.signal == .heapLimit ? " >= 0" : ""
    let sums = selectors.map { aggregated("sum", $0 + floor) }
    var text = sums[0]
    for (term, sum) in zip(source.terms, sums).dropFirst() {
      let operation = source.combination == .product ? "*" : term.weight < 0 ? "-" : "+"
      text += " \(operation) \(sum)"
    }
    return source.isZeroUnknown ? "(\(text)) > 0" : text
  }

  private static func condition(_ matcher: SeriesSelector.LabelMatcher) -> String {
    switch matcher.condition {
    case .equals(let value): "\(matcher.label)=\"\(value)\""
    case .differsFrom(let value): "\(matcher.label)!=\"\(value)\""
    case .endsWith(let ends): "\(matcher.label)=~\".*(\(ends.joined(separator: "|")))\""
    case .doesNotEndWith(let ends): "\(matcher.label)!~\".*(\(ends.joined(separator: "|")))\""
    }
  }
}
