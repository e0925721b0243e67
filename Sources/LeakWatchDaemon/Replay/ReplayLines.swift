internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// The JSON lines of a replay. Unknown values are null.
enum ReplayLines {
  static func transition(_ change: AlertTransition) -> JSONValue {
    [
      "type": "transition", "at": .number(change.at.seconds),
      "service": .string(change.key.service.text), "alert": .string(change.key.kind.rawValue),
      "from": .string(change.from.rawValue), "to": .string(change.to.rawValue),
      "verdict": .optional(change.verdict), "flavour": .optional(change.flavour),
      "severity": .string(change.severity.rawValue),
      "slope_bytes_per_day": .optional(change.growth.slopeBytesPerDay),
      "slope_low": .optional(change.growth.slopeLow),
      "slope_high": .optional(change.growth.slopeHigh),
      "seconds_to_limit": .optional(change.growth.secondsToLimit),
      "seconds_to_limit_low": .optional(change.growth.secondsToLimitLow),
      "seconds_to_limit_high": .optional(change.growth.secondsToLimitHigh),
      "reasons": .array(change.reasons.map(JSONValue.string)),
    ]
  }

  static func summary(_ summary: TraceReplay.Summary) -> JSONValue {
    let firings = summary.firstFiring.sorted { $0.key.rawValue < $1.key.rawValue }
    return [
      "type": "summary", "service": .string(summary.service.text),
      "samples": .integer(Int64(summary.samples)),
      "first_firing": .optional(summary.firstFiring[.memoryGrowth]?.seconds),
      "verdict": .optional(summary.verdict?.verdict.rawValue),
      "flavour": .optional(summary.verdict?.flavour?.rawValue),
      "slope_bytes_per_day": .optional(
        (summary.verdict?.growth ?? summary.lastGrowth)?.slopeBytesPerDay),
      "first_firing_by_alert": .object(
        firings.map { JSONValue.Member(name: $0.key.rawValue, value: .number($0.value.seconds)) }),
    ]
  }
}
