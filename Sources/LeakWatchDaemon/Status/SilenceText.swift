internal import Alerting
internal import TimeSeries

/// Silences as people and programs read them.
enum SilenceText {
  static func list(
    _ list: SilenceList, _ form: StatusQuestion.Form, at now: Timestamp
  ) -> String {
    switch form {
    case .json: return json(list, at: now).text + "\n"
    case .text(let width, let inColour):
      let silences = list.silences.filter { $0.endsAt > now }
      if silences.isEmpty { return "nothing is silenced\n" }
      var table = TextTable([
        .init(title: "ID", isRightAligned: true),
        .init(title: "SERVICE", leastWidth: 12),
        .init(title: "ALERT"),
        .init(title: "ENDS IN", isRightAligned: true),
        .init(title: "UNTIL"),
        .init(title: "BY"),
        .init(title: "WHY", leastWidth: 12),
      ])
      for silence in silences {
        table.add([
          .init(String(silence.id)), .init(silence.services.text),
          .init(silence.kind?.rawValue ?? "all"),
          .init(RoughDuration.text((silence.endsAt - now).seconds)),
          .init(silence.endsAt.rfc3339), .init(silence.author), .init(silence.reason),
        ])
      }
      return table.text(width: width, inColour: inColour)
    }
  }

  /// - Parameter services: how many that are watched it fits.
  static func begun(
    _ silence: Silence, services: Int, _ form: StatusQuestion.Form, at now: Timestamp
  ) -> String {
    if case .json = form { return json(silence).text + "\n" }
    let found =
      switch services {
      case 0: "; no service that is watched now fits"
      case 1: ""
      default: "; \(services) services fit"
      }
    return "silence \(silence.id): nobody is told of \(silence.subject) until "
      + "\(silence.endsAt.rfc3339)\(found)\n"
  }

  static func ended(
    _ silence: Silence, _ form: StatusQuestion.Form, at now: Timestamp
  ) -> String {
    if case .json = form { return json(silence).text + "\n" }
    return "silence \(silence.id) about \(silence.subject) has ended: what fires still is told\n"
  }

  /// One line for `status` and `explain`.
  static func line(_ silence: Silence) -> String {
    "silenced: \(silence.subject) until \(silence.endsAt.rfc3339), \(silence.author): "
      + "\(silence.reason) (silence \(silence.id))".printable
  }

  static func json(_ list: SilenceList, at now: Timestamp) -> JSONValue {
    .array(list.silences.filter { $0.endsAt > now }.map(json))
  }

  static func json(_ silence: Silence) -> JSONValue {
    [
      "id": .integer(silence.id), "service": .string(silence.services.text),
      "alert": .optional(silence.kind?.rawValue), "reason": .string(silence.reason),
      "author": .string(silence.author), "begun_at": .number(silence.begunAt.seconds),
      "ends_at": .number(silence.endsAt.seconds),
    ]
  }
}
