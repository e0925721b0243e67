internal import Formats
internal import TimeSeries

/// Chooses series by metric name and labels.
package struct SeriesSelector: Hashable, Sendable {
  package enum Condition: Hashable, Sendable {
    case equals(String)
    case differsFrom(String)
    case endsWith([String])
    case doesNotEndWith([String])
  }

  /// What one label must be like; an absent label counts as "", as in PromQL.
  package struct LabelMatcher: Hashable, Sendable {
    package var label: String
    package var condition: Condition

    package init(_ label: String, _ condition: Condition) {
      self.label = label
      self.condition = condition
    }

    func matches(_ labels: LabelSet) -> Bool {
      let value = labels[label] ?? ""
      return switch condition {
      case .equals(let wanted): value == wanted
      case .differsFrom(let unwanted): value != unwanted
      case .endsWith(let endings): endings.contains { value.hasSuffix($0) }
      case .doesNotEndWith(let endings): !endings.contains { value.hasSuffix($0) }
      }
    }
  }

  package var metric: String
  package var matchers: [LabelMatcher]
  /// Also takes the name behind a prefix and an underscore: exporters and registries put names of
  /// their own in front. Where the plain name is there too, it alone counts.
  package var allowsPrefix: Bool

  package init(_ metric: String, _ matchers: [LabelMatcher] = [], allowsPrefix: Bool = true) {
    self.metric = metric
    self.matchers = matchers
    self.allowsPrefix = allowsPrefix
  }

  enum Fit {
    case plain
    case prefixed
  }

  /// nil where the series is not meant.
  func fit(_ series: SeriesDescriptor) -> Fit? {
    guard let fit = fit(name: series.name) else { return nil }
    return matchers.allSatisfy { $0.matches(series.labels) } ? fit : nil
  }

  func fit(name: String) -> Fit? {
    if name == metric { return .plain }
    guard allowsPrefix, name.utf8.count > metric.utf8.count + 1, name.hasSuffix(metric),
      name.utf8[name.utf8.index(name.utf8.endIndex, offsetBy: -metric.utf8.count - 1)]
        == UInt8(ascii: "_")
    else { return nil }
    return .prefixed
  }

  /// What `FamilyFilter` must let through for this selector.
  var filterPatterns: [String] { allowsPrefix ? [metric, "*_" + metric] : [metric] }
}
