internal import Alerting
internal import TimeSeries

/// The keys that several rules have, worded once.
extension KeySpecification where Section: ConfigurationSection {
  fileprivate static func enabled(_ path: WritableKeyPath<Section, Bool>) -> KeySpecification {
    .value("enabled", path, .boolean, "whether the rule is evaluated")
  }

  fileprivate static func hold(_ path: WritableKeyPath<Section, TimeSpan>) -> KeySpecification {
    .value(
      "for", path, .duration(in: Intervals.holds),
      "how long the condition must hold before the alert fires")
  }

  fileprivate static func keepFiring(
    _ path: WritableKeyPath<Section, TimeSpan>
  ) -> KeySpecification {
    .value(
      "keep_firing_for", path, .duration(in: Intervals.holds),
      "how long the alert goes on after the condition was last true")
  }

  fileprivate static func severity(_ path: WritableKeyPath<Section, Severity>) -> KeySpecification {
    .value("severity", path, .choice("severity"), "how soon a person must look")
  }
}

extension Configuration.GrowthRule: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .enabled(\.isEnabled),
      .value(
        "window", \.window, .duration(in: Intervals.windows), "over which time the trend is taken"),
      .value("threshold", \.threshold, .byteRate, "growth above this is too fast"),
      .hold(\.holdDuration), .keepFiring(\.keepFiringFor), .severity(\.severity),
    ]
  }
}

extension Configuration.GCPause: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .enabled(\.isEnabled),
      .value(
        "window", \.window, .duration(in: Intervals.windows), "over which time the rate is taken"),
      .value(
        "threshold", \.threshold, .number(in: 0...1),
        "the share of time in pauses that is too much"),
      .hold(\.holdDuration), .keepFiring(\.keepFiringFor), .severity(\.severity),
    ]
  }
}

extension Configuration.OOMImminent: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .enabled(\.isEnabled),
      .value(
        "within", \.within, .duration(in: Intervals.windows),
        "the limit is reached in less than this"),
      .hold(\.holdDuration), .keepFiring(\.keepFiringFor), .severity(\.severity),
    ]
  }
}

extension Configuration.OOMKill: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [.enabled(\.isEnabled), .keepFiring(\.keepFiringFor), .severity(\.severity)]
  }
}

extension Configuration.MaxUptime: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .enabled(\.isEnabled),
      .value(
        "max_uptime", \.maxUptime, .duration(in: .seconds(1)...(.days(3650))),
        "a service that runs longer is due for a restart"),
      .severity(\.severity),
    ]
  }
}
