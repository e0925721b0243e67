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

extension Configuration.MemoryGrowth: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .enabled(\.isEnabled), .hold(\.holdDuration), .keepFiring(\.keepFiringFor),
      .value(
        "page_within", \.pageWithin, .duration(in: Intervals.windows),
        "a page where memory surely ends in less than this"),
      .value(
        "warn_within", \.warnWithin, .duration(in: .minutes(1)...(.days(3650))),
        "a warning where it ends in less than this; a ticket otherwise"),
      .value(
        "fix_watch", \.fixWatch, .duration(in: Intervals.holds),
        "for how long the fix of a leak is watched; \"0s\" for never"),
      .value(
        "fixed_below", \.fixedBelow, .number(in: 0.01...0.99),
        "growth after a fix as a share of the leak's, below which it is fixed"),
      .value(
        "leaking_above", \.leakingAbove, .number(in: 0.01...0.99),
        "the same, above which it leaks still; between the two it is half fixed"),
      .value(
        "contrast", \.contrast, .number(in: 0...10),
        "growth as a share of what load and time of day move"),
      .value(
        "least_memory", \.leastMemoryBytes, .byteSize(in: 0...(1 << 40)),
        "a service with less memory counts as one of this much"),
      .value(
        "late_share", \.lateShare, .number(in: 0...1),
        "how much of the growth must go on at the end of a window"),
      .value(
        "warm_up", \.warmUp, .duration(in: Intervals.holds),
        "lives younger than this are warming up"),
    ]
      + demand("six_hours", "six hours", \.sixHours)
      + demand("six_hours_decisive", "six hours of overwhelming evidence", \.sixHoursDecisive)
      + demand("half_day", "half a day", \.halfDay)
      + demand("half_day_unslowed", "half a day of growth that has not slowed", \.halfDayUnslowed)
      + demand("day", "a day", \.day)
      + demand("day_decisive", "a day of overwhelming evidence", \.dayDecisive)
      + demand("day_unslowed", "a day of growth that has not slowed", \.dayUnslowed)
      + demand("two_days", "two days", \.twoDays)
      + demand("four_days", "four days", \.fourDays)
      + demand("two_weeks", "two weeks", \.twoWeeks)
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("fixed_below", "leaking_above"), fixedBelow > leakingAbove else { return }
    log.error(
      at: given.position(of: "leaking_above"),
      "leaking_above (\(leakingAbove)) is less than fixed_below (\(fixedBelow)): growth between the two "
        + "would be both; make it \(fixedBelow) or more")
  }

  private static func demand(
    _ name: String, _ span: String, _ path: WritableKeyPath<Self, Configuration.WindowDemand>
  ) -> [KeySpecification<Self>] {
    [
      .value(
        "\(name)_growth", path.appending(path: \.growth), .number(in: 0...100),
        "growth a day, as a share of the service's memory, that counts within \(span)"),
      .value(
        "\(name)_evidence", path.appending(path: \.evidence), .number(in: 0...1000),
        "evidence in nats that \(span) must bring"),
      .value(
        "\(name)_agreement", path.appending(path: \.agreement), .number(in: -1...1),
        "how uniformly the lowest values must rise within \(span)"),
    ]
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
      .value(
        "services", \.services, ValueGrammar.servicePattern.list(),
        "services by name, with * and ?; empty: all of them"),
      .severity(\.severity),
    ]
  }
}

extension ConfigurationSection where Self: OwnTrouble {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [.enabled(\.isEnabled), .hold(\.holdDuration), .severity(\.severity)]
  }
}

extension Configuration.SinkFailing: ConfigurationSection {}
extension Configuration.TargetDown: ConfigurationSection {}
extension Configuration.StateDegraded: ConfigurationSection {}

extension Configuration.ConfigRejected: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] { [.enabled(\.isEnabled), .severity(\.severity)] }
}
