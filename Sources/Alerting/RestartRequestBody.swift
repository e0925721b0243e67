package import TimeSeries

/// What a receiver is posted that restarts a service in LeakWatch's place: the envelope of Standard
/// Webhooks 1.0, as alerts have it.
package enum RestartRequestBody {
  /// - Parameter at: when it was asked for, the same in each attempt.
  package static func webhook(
    service: ServiceDescription, host: String, policy: String, trigger: String, reason: String,
    lifeBegan: Timestamp, memoryBytes: Double?, at: Timestamp
  ) -> JSONValue {
    [
      "type": .string("leakwatch.restart.requested"),
      "timestamp": .string(at.rfc3339),
      "data": [
        "service": .string(service.name.text),
        "host": .string(host),
        "policy": .string(policy),
        "trigger": .string(trigger),
        "reason": .string(reason),
        "started_at": .number(lifeBegan.seconds),
        "memory_bytes": .optional(memoryBytes),
        "unit": .optional(service.unit),
        "cgroup": .optional(service.cgroupPath),
        "runtime": .optional(service.runtime),
      ],
    ]
  }
}
