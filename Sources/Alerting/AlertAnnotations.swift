private import TimeSeries

/// What a person and a template read of an alert at Alertmanager. Annotations are texts; what is not
/// known is left out, for an empty text would claim something.
enum AlertAnnotations {
  static func members(_ alert: Alert) -> [JSONValue.Member] {
    (texts(alert) + figures(alert)).compactMap { name, text in
      guard let text, !text.isEmpty else { return nil }
      return JSONValue.Member(name: name, value: .string(text))
    }
  }

  private static func texts(_ alert: Alert) -> [(String, String?)] {
    [
      ("summary", alert.summary),
      ("description", alert.reasons.joined(separator: "\n")),
      (
        "checklist",
        alert.checklist.map { "\($0.question) \($0.answer)" }.joined(separator: "\n")
      ),
      ("evidence", alert.evidence?.conclusion),
      ("fix", alert.fix?.conclusion),
      (
        "commands",
        alert.commands.map { "\($0.command)   # \($0.purpose)" }.joined(separator: "\n")
      ),
      ("verdict", alert.verdict),
      ("flavour", alert.flavour),
      ("growing", alert.growing),
      ("episode", alert.episode.text),
      ("watcher", alert.host),
      ("unit", alert.description.unit),
      ("cgroup", alert.description.cgroupPath),
      ("runtime", alert.description.runtime),
      ("page_url", alert.pageURL),
      ("runbook_url", alert.runbookURL),
    ]
  }

  /// Bytes, bytes a day and seconds, as in the webhook; unknown and not finite are absent.
  private static func figures(_ alert: Alert) -> [(String, String?)] {
    let figures: [(String, Double?)] = [
      ("slope_bytes_per_day", alert.growth.slopeBytesPerDay),
      ("slope_low", alert.growth.slopeLow),
      ("slope_high", alert.growth.slopeHigh),
      ("seconds_to_limit", alert.growth.secondsToLimit),
      ("seconds_to_limit_low", alert.growth.secondsToLimitLow),
      ("seconds_to_limit_high", alert.growth.secondsToLimitHigh),
    ]
    return figures.map { name, value in
      (name, value.flatMap { $0.isFinite ? JSONValue.number($0).text : nil })
    }
  }
}
