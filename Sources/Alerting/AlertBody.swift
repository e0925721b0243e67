package import TimeSeries

/// The JSON that a webhook receives: the envelope of Standard Webhooks 1.0 (`type`, `timestamp`,
/// `data`) around everything that is known of the alert. Members are always present; what is not
/// known is null. Sizes are bytes, times seconds since the Unix epoch.
package enum AlertBody {
  package static func webhook(_ alert: Alert) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("type", "leakwatch.alert.\(alert.status.rawValue)")
      $0.member("timestamp", alert.at.rfc3339)
      $0.name("data")
      write(alert, to: &$0)
    }
    return writer.finish()
  }

  /// Several in one message, for a receiver that asked for groups: `data.alerts` holds the `data` of
  /// each.
  ///
  /// - Parameters:
  ///   - bodies: what `webhook` makes of each; other bytes are left out.
  ///   - newest: when the newest of them was queued, the same for every attempt.
  package static func group(_ bodies: [[UInt8]], newest: Timestamp) -> [UInt8] {
    let elements = bodies.compactMap { data(ofWebhook: $0) }
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
  static func write(_ alert: Alert, to writer: inout JSONWriter) {
    writer.object {
      $0.member("alert", alert.key.kind.rawValue)
      $0.member("status", alert.status.rawValue)
      $0.member("service", alert.key.service.text)
      $0.member("host", alert.host)
      $0.member("severity", alert.severity.rawValue)
      $0.member("episode", alert.episode.text)
      $0.member("started_at", alert.startedAt.seconds)
      $0.member("ended_at", alert.status == .resolved ? alert.at.seconds : nil)
      $0.member("summary", alert.summary)
      $0.member("verdict", alert.verdict)
      $0.member("flavour", alert.flavour)
      $0.member("slope_bytes_per_day", alert.growth.slopeBytesPerDay)
      $0.member("slope_low", alert.growth.slopeLow)
      $0.member("slope_high", alert.growth.slopeHigh)
      $0.member("seconds_to_limit", alert.growth.secondsToLimit)
      $0.member("seconds_to_limit_low", alert.growth.secondsToLimitLow)
      $0.member("seconds_to_limit_high", alert.growth.secondsToLimitHigh)
      $0.member("growing", alert.growing)
      $0.name("reasons")
      $0.array(alert.reasons) { $0.write($1) }
      $0.name("checklist")
      $0.array(alert.checklist) { write($1, to: &$0) }
      $0.member("evidence", alert.evidence?.json)
      $0.member("fix", alert.fix?.json)
      $0.name("links")
      $0.array(alert.links) { writer, link in
        writer.object {
          $0.member("href", link.href)
          $0.member("text", link.text)
        }
      }
      $0.name("commands")
      $0.array(alert.commands) { write($1, to: &$0) }
      $0.member("unit", alert.description.unit)
      $0.member("cgroup", alert.description.cgroupPath)
      $0.member("runtime", alert.description.runtime)
    }
  }

  package static func command(_ command: SuggestedCommand) -> JSONValue {
    var writer = JSONWriter()
    write(command, to: &writer)
    return .written(writer.bytes)
  }

  private static func write(_ command: SuggestedCommand, to writer: inout JSONWriter) {
    writer.object {
      $0.member("purpose", command.purpose)
      $0.member("command", command.command)
    }
  }

  package static func answer(_ answer: ChecklistAnswer) -> JSONValue {
    var writer = JSONWriter()
    write(answer, to: &writer)
    return .written(writer.bytes)
  }

  private static func write(_ answer: ChecklistAnswer, to writer: inout JSONWriter) {
    writer.object {
      $0.member("question", answer.question)
      $0.member("answer", answer.answer)
      $0.name("figures")
      $0.object { figures in
        for figure in answer.figuresInOrder {
          figures.member(escaping: figure.key, figure.value)
        }
      }
    }
  }
}
