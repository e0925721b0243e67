internal import Alerting
internal import Detectors
internal import TimeSeries

/// A verdict with the windows that it rests on, as JSON.
enum VerdictLine {
  static func line(_ verdict: GrowthVerdict, service: ServiceName, at moment: Timestamp)
    -> JSONValue
  {
    [
      "type": "verdict", "at": .number(moment.seconds), "service": .string(service.text),
      "verdict": .string(verdict.verdict.rawValue),
      "flavour": .optional(verdict.flavour?.rawValue), "growing": .optional(verdict.growing),
      "slope_bytes_per_day": .optional(verdict.growth.slopeBytesPerDay),
      "seconds_to_limit": .optional(verdict.growth.secondsToLimit),
      "reasons": .array(verdict.reasons.map(JSONValue.string)),
      "slowing_nats": .optional(verdict.shape?.deceleration),
      "windows": .array(verdict.windows.map(window)),
    ]
  }

  private static func window(_ window: WindowAssessment) -> JSONValue {
    let growth = window.growth
    return [
      "signal": .string(window.signal.rawValue), "span_seconds": .number(window.spanSeconds),
      "covered_seconds": .number(window.coveredSeconds), "lives": .integer(Int64(window.lives)),
      "level_bytes": .number(window.levelBytes), "rise_bytes": .number(window.riseBytes),
      "agreement": .number(window.agreement), "growing": .bool(window.isGrowing),
      "obstacle": .optional(window.obstacle?.rawValue),
      "evidence": .optional(growth?.evidence),
      "slope_bytes_per_day": .optional(growth.map { $0.slope * 86_400 }),
      "slope_error_bytes_per_day": .optional(growth.map { $0.slopeError * 86_400 }),
      "late_share": .optional(growth?.lateShare),
      "late_bytes_per_day": .optional(growth.map { $0.lateSlope * 86_400 }),
      "whole_bytes_per_day": .optional(growth.map { $0.wholeSlope * 86_400 }),
      "ordinary_range_bytes": .optional(growth?.ordinaryRange),
      "curvature": .optional(growth?.curvature),
      "shape": .optional(
        growth.map {
          $0.isDecelerating ? "decelerating" : $0.isPerRequest ? "per_request" : "linear"
        }),
      "correlation": .optional(growth?.correlation),
      "load": growth.map { .bool($0.ordinary.load) } ?? .null,
      "warm_up": growth.map { .bool($0.ordinary.warmUp) } ?? .null,
      "season": growth.map { .bool($0.ordinary.season) } ?? .null,
      "steps": growth.map { .integer(Int64($0.ordinary.steps)) } ?? .null,
    ]
  }
}
