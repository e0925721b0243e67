private import TimeSeries

/// The JSON that a webhook receives: the envelope of Standard Webhooks 1.0 (`type`, `timestamp`,
/// `data`) around everything that is known of the alert. Members are always present; what is not
/// known is null. Sizes are bytes, times seconds since the Unix epoch.
package enum AlertBody {
  package static func webhook(_ alert: Alert) -> JSONValue {
    [
      "type": .string("leakwatch.alert.\(alert.status.rawValue)"),
      "timestamp": .string(alert.at.rfc3339),
      "data": data(alert),
    ]
  }

  /// Several in one message, for a receiver that asked for groups: `data.alerts` holds the `data` of
  /// each. The time is the one at which the newest of them was queued, the same for every attempt.
  package static func group(_ notifications: [QueuedNotification]) -> [UInt8] {
    let newest = notifications.map(\.queuedAt).max() ?? Timestamp(milliseconds: 0)
    let elements = notifications.compactMap { data(ofWebhook: $0.body) }
    let head =
      "{\"type\":\"leakwatch.alerts.group\",\"timestamp\":\(JSONValue.string(newest.rfc3339).text),"
      + "\"data\":{\"alerts\":["
    return Array(head.utf8) + elements.joined(separator: [UInt8(ascii: ",")]) + Array("]}}".utf8)
  }

  /// The member `data` of what `webhook` makes; nil for other bytes. The members before it hold no
  /// text of an alert, so that its name is the first of its kind.
  static func data(ofWebhook body: [UInt8]) -> [UInt8]? {
    let name = Array(",\"data\":".utf8)
    guard body.last == UInt8(ascii: "}"), body.count > name.count,
      let start = (0..<min(200, body.count - name.count)).first(where: {
        body[$0..<$0 + name.count].elementsEqual(name)
      })
    else { return nil }
    return Array(body[(start + name.count)..<(body.count - 1)])
  }

  /// Everything that is known of the alert, without the envelope.
  package static func data(_ alert: Alert) -> JSONValue {
    [
      "alert": .string(alert.key.kind.rawValue),
      "status": .string(alert.status.rawValue),
      "service": .string(alert.key.service.text),
      "host": .string(alert.host),
      "severity": .string(alert.severity.rawValue),
      "episode": .string(alert.episode.text),
      "started_at": .number(alert.startedAt.seconds),
      "ended_at": alert.status == .resolved ? .number(alert.at.seconds) : .null,
      "summary": .string(alert.summary),
      "verdict": .optional(alert.verdict),
      "flavour": .optional(alert.flavour),
      "slope_bytes_per_day": .optional(alert.growth.slopeBytesPerDay),
      "slope_low": .optional(alert.growth.slopeLow),
      "slope_high": .optional(alert.growth.slopeHigh),
      "seconds_to_limit": .optional(alert.growth.secondsToLimit),
      "seconds_to_limit_low": .optional(alert.growth.secondsToLimitLow),
      "seconds_to_limit_high": .optional(alert.growth.secondsToLimitHigh),
      "growing": .optional(alert.growing),
      "reasons": .array(alert.reasons.map(JSONValue.string)),
      "checklist": .array(alert.checklist.map(answer)),
      "evidence": alert.evidence?.json ?? .null,
      "fix": alert.fix?.json ?? .null,
      "links": .array(alert.links.map { ["href": .string($0.href), "text": .string($0.text)] }),
      "commands": .array(alert.commands.map(command)),
      "unit": .optional(alert.description.unit),
      "cgroup": .optional(alert.description.cgroupPath),
      "runtime": .optional(alert.description.runtime),
    ]
  }

  package static func command(_ command: SuggestedCommand) -> JSONValue {
    ["purpose": .string(command.purpose), "command": .string(command.command)]
  }

  package static func answer(_ answer: ChecklistAnswer) -> JSONValue {
    let figures = answer.figures.sorted { $0.key < $1.key }
    return [
      "question": .string(answer.question),
      "answer": .string(answer.answer),
      "figures": .object(
        figures.map { JSONValue.Member(name: $0.key, value: .number($0.value)) }),
    ]
  }
}
