private import TimeSeries

/// An alert as Slack's incoming webhooks take it: `text` for notifications, blocks for the channel.
/// Slack refuses a whole message for one text that is too long, so each is cut to its limit.
package enum SlackBody {
  private static let longestHeader = 150
  private static let longestSection = 3000
  private static let longestField = 2000
  private static let mostFields = 10

  package static func message(_ alert: Alert) -> JSONValue {
    [
      "text": .string(
        escaped(AlertText.title(alert) + ": " + alert.summary, atMost: longestSection)),
      "blocks": .array(alert.status == .firing ? firing(alert) : resolved(alert)),
    ]
  }

  /// Characters of one alert's line in a group.
  private static let longestGroupLine = 600

  /// Several in one message, what fires before what has ended: a header and a line for each, within
  /// Slack's 50 blocks for up to 48.
  package static func group(_ notifications: [QueuedNotification]) -> JSONValue {
    let firing = notifications.filter { $0.status == .firing }
      .sorted { ($1.severity, $0.queuedAt) < ($0.severity, $1.queuedAt) }
    let resolved = notifications.filter { $0.status == .resolved }
    let title = AlertText.title(firing: firing.count, resolved: resolved.count)
    let lines = (firing + resolved).map { one in
      let mark = one.status == .firing ? one.severity.rawValue : "resolved"
      return section("*\(mark)* " + escaped(one.summary, atMost: longestGroupLine))
    }
    return [
      "text": .string(escaped(title, atMost: longestSection)),
      "blocks": .array([header(title)] + lines),
    ]
  }

  private static func resolved(_ alert: Alert) -> [JSONValue] {
    [
      header(AlertText.title(alert)), section(escaped(alert.summary, atMost: longestSection)),
      context(alert),
    ]
  }

  private static func firing(_ alert: Alert) -> [JSONValue] {
    var blocks = [
      header(AlertText.title(alert)), section(escaped(alert.summary, atMost: longestSection)),
    ]
    if !alert.reasons.isEmpty {
      let lines = alert.reasons.map { "• \($0)" }.joined(separator: "\n")
      blocks.append(section(escaped(lines, atMost: longestSection)))
    }
    let fields = alert.checklist.prefix(mostFields).map { answer in
      text("*\(escaped(answer.question, atMost: 300))*\n\(escaped(answer.answer, atMost: 1600))")
    }
    if !fields.isEmpty { blocks.append(["type": "section", "fields": .array(Array(fields))]) }
    if let command = alert.commands.first {
      // Nothing ends a code block but three backticks.
      let shown = escaped(command.command, atMost: longestSection - 20)
        .split(separator: "```", omittingEmptySubsequences: false).joined(separator: "` ` `")
      blocks.append(section("```\(shown)```"))
    }
    return blocks + [context(alert)]
  }

  private static func header(_ title: String) -> JSONValue {
    [
      "type": "header",
      "text": [
        "type": "plain_text", "text": .string(title.shortened(to: longestHeader)),
      ],
    ]
  }

  private static func section(_ markdown: String) -> JSONValue {
    ["type": "section", "text": text(markdown)]
  }

  private static func text(_ markdown: String) -> JSONValue {
    ["type": "mrkdwn", "text": .string(markdown)]
  }

  private static func context(_ alert: Alert) -> JSONValue {
    let words =
      "\(alert.key.kind.rawValue) on \(alert.host) since \(alert.startedAt.rfc3339), "
      + "episode \(alert.episode)"
    return [
      "type": "context",
      "elements": .array(
        [text(escaped(words, atMost: longestField))] + alert.links.compactMap(link).map(text)),
    ]
  }

  /// nil for an address that Slack's notation cannot hold, or that would have to be cut.
  private static func link(_ link: AlertLink) -> String? {
    guard link.href.utf8.count + link.text.utf8.count < longestField / 2,
      !link.href.contains(where: { "<>|".contains($0) })
    else { return nil }
    return "<\(escaped(link.href, atMost: longestField))|"
      + "\(escaped(link.text, atMost: longestField))>"
  }

  /// What Slack would take for a link or a mention is text; counted as it is sent, escapes included.
  private static func escaped(_ text: String, atMost limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      let piece =
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(scalar)
        }
      count += piece.unicodeScalars.count
      guard count < limit else { return result + "…" }
      result += piece
    }
    return result
  }
}
