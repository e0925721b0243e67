internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

extension MetricsText {
  /// What is known of the services. Unknown leaves a sample out.
  mutating func add(_ reports: [ServiceReport], firing: [FiringAlert]) {
    addVerdicts(reports)
    addAlerts(firing)
    func each(_ name: String, _ help: String, _ value: (ServiceReport) -> Double?) {
      family(name, .gauge, help)
      for report in reports {
        guard let value = value(report) else { continue }
        sample(name, [("service", report.overview.name.text)], value)
      }
    }
    each("leakwatch_service_up", "1 where every source of the service answers.") {
      $0.overview.isUp ? 1 : 0
    }
    each("leakwatch_service_memory_bytes", "Memory in use.") { $0.overview.memoryBytes }
    each("leakwatch_service_memory_limit_bytes", "Where memory ends for the service.") {
      $0.overview.limitBytes
    }
    each(
      "leakwatch_service_memory_slope_bytes_per_second",
      "How fast memory grows, where it is found to grow."
    ) { $0.growth?.slopeBytesPerDay.map { $0 / 86_400 } }
    each("leakwatch_service_time_to_limit_seconds", "When memory ends at this rate.") {
      $0.growth?.secondsToLimit
    }
    each(
      "leakwatch_service_time_to_limit_low_seconds", "The early end of its 90 % interval."
    ) { $0.growth?.secondsToLimitLow }
    each(
      "leakwatch_service_time_to_limit_high_seconds",
      "The late end of its 90 % interval; left out where memory may never end."
    ) { $0.growth?.secondsToLimitHigh }
  }

  private mutating func addVerdicts(_ reports: [ServiceReport]) {
    family("leakwatch_services", .gauge, "Services that are watched, by the newest verdict.")
    for verdict in Verdict.allCases {
      // Before the first verdict too little is known as well.
      let count = reports.count { ($0.verdict?.verdict ?? .insufficientData) == verdict }
      sample("leakwatch_services", [("verdict", verdict.rawValue)], Double(count))
    }
    family(
      "leakwatch_service_verdict", .gauge,
      "Always 1; the newest verdict on the service, and its kind, are its labels.")
    for report in reports {
      guard let verdict = report.verdict else { continue }
      sample(
        "leakwatch_service_verdict",
        [
          ("service", report.overview.name.text), ("verdict", verdict.verdict.rawValue),
          ("flavour", verdict.flavour?.rawValue ?? ""),
        ], 1)
    }
  }

  private mutating func addAlerts(_ firing: [FiringAlert]) {
    family("leakwatch_alerts_firing", .gauge, "Alerts that fire, by rule and severity.")
    for kind in AlertKind.allCases {
      for severity in Severity.allCases {
        let count = firing.count { $0.key.kind == kind && $0.severity == severity }
        sample(
          "leakwatch_alerts_firing",
          [("alert", kind.rawValue), ("severity", severity.rawValue)], Double(count))
      }
    }
  }
}

extension ServiceReport {
  /// The figures of the alert that fires, else of a verdict that claims growth.
  var growth: GrowthFigures? {
    if let growth = overview.growth { return growth }
    return verdict?.verdict.isAlerting == true ? verdict?.growth : nil
  }
}
