internal import Alerting
internal import Detectors

/// The shapes of the API's answers (JSON Schema 2020-12).
enum APISchemas {
  static var all: [JSONValue.Member] {
    [
      .init(name: "Services", value: services),
      .init(name: "Service", value: object(service)),
      .init(name: "ServiceDetail", value: object(service + detail)),
      .init(name: "Alert", value: alert), .init(name: "ChecklistAnswer", value: answer),
      .init(name: "Command", value: command), .init(name: "Silence", value: silence),
      .init(name: "Episode", value: episode), .init(name: "Step", value: step),
      .init(name: "Incarnation", value: incarnation),
      .init(
        name: "Failure", value: object([property("error", ["type": "string"], "A sentence.")])),
    ]
  }

  private static var services: JSONValue {
    object([
      property("version", ["type": "string"], "Of LeakWatch."),
      property("host", ["type": "string"], "Where it runs."),
      property("at", number, "When this was said, Unix time."),
      property("services", list("Service"), "The most urgent first."),
      property("silences", list("Silence"), "What nobody is told of at present."),
    ])
  }

  private static var service: [JSONValue.Member] {
    [
      property("service", ["type": "string"], "Its name."),
      property("up", ["type": "boolean"], "Whether every source of it answers."),
      property("memory_bytes", figure, "In use now."),
      property("limit_bytes", figure, "Where memory ends."),
      property("verdict", choice(Verdict.allCases.map(\.rawValue)), "The newest one."),
      property("flavour", choice(Flavour.allCases.map(\.rawValue)), "What kind of growth."),
      property("growing", ["type": ["string", "null"]], "Which memory grows."),
      property(
        "reasons", ["type": "array", "items": ["type": "string"]], "The most telling first."),
      property("slope_bytes_per_day", figure, "How fast."),
      property("slope_low", figure, "The low end of its 90 % interval."),
      property("slope_high", figure, "The high end."),
      property("seconds_to_limit", figure, "When memory ends at this rate."),
      property("seconds_to_limit_low", figure, "The early end of its 90 % interval."),
      property("seconds_to_limit_high", figure, "The late end; null where it may never end."),
      property("evidence", evidence, "What heap profiles showed; null without any."),
      property("fix", fix, "How the newest fix of its leak stands; null without any."),
      property("alerts", list("Alert"), "Those that fire or wait."),
    ]
  }

  private static var detail: [JSONValue.Member] {
    [
      property("at", number, "When this was said, Unix time."),
      property("checklist", list("ChecklistAnswer", orNull: true), "Null before a verdict."),
      property("commands", list("Command", orNull: true), "What to run next."),
      property(
        "day_floors_bytes", ["type": "array", "items": figure],
        "The lowest memory of each quarter of an hour over the last day, oldest first."),
      property("silences", list("Silence"), "Those that cover it."),
      property(
        "episodes", list("Episode"),
        "Its alerts of the past, also of its replicas together; the newest first."),
      property(
        "incarnations", list("Incarnation"),
        "Its lives as far as they are known, without the first that was seen; the newest first."),
    ]
  }

  private static var alert: JSONValue {
    object([
      property(
        "alert",
        ["type": "string", "enum": .array(AlertKind.allCases.map { .string($0.rawValue) })],
        "The rule."),
      property("state", ["type": "string", "enum": ["firing", "pending"]], "How it stands."),
      property("since", figure, "When it began to fire, Unix time; null while it waits."),
      property("silenced_until", figure, "Until when nobody is told, Unix time; null if they are."),
    ])
  }

  private static var silence: JSONValue {
    object([
      property("id", ["type": "integer"], "To end it by."),
      property("service", ["type": "string"], "Names it covers, with wildcards."),
      property("alert", ["type": ["string", "null"]], "The rule it covers; null for all."),
      property("reason", ["type": "string"], "Why."),
      property("author", ["type": "string"], "Who began it."),
      property("begun_at", number, "When it began, Unix time."),
      property("ends_at", number, "When it ends by itself, Unix time."),
    ])
  }

  private static var episode: JSONValue {
    object([
      property(
        "service", ["type": "string"], "Whose alert: the service, or its replicas together."),
      property(
        "alert",
        ["type": "string", "enum": .array(AlertKind.allCases.map { .string($0.rawValue) })],
        "The rule."),
      property("episode", ["type": "string"], "The stable id that every message about it has."),
      property(
        "severity",
        ["type": "string", "enum": .array(Severity.allCases.map { .string($0.rawValue) })],
        "The highest that was told."),
      property("began_at", figure, "Since when its condition held, Unix time."),
      property("fired_at", number, "When it began to fire, Unix time."),
      property("ended_at", figure, "Unix time; null while it fires."),
      property("end_reason", ["type": ["string", "null"]], "Why it ended; null while it fires."),
      property("verdict", ["type": ["string", "null"]], "At its worst."),
      property("flavour", ["type": ["string", "null"]], "What kind of growth, at its worst."),
      property("growing", ["type": ["string", "null"]], "Which memory grew."),
      property("summary", ["type": "string"], "What people were told at its worst."),
      property("peak_slope_bytes_per_day", figure, "The fastest growth that was seen."),
      property("restarts", count, "Within it; null where nothing tells."),
      property("oom_kills", count, "Within it; null where nothing tells."),
      property(
        "growers", ["type": "array", "items": ["type": "string"]],
        "What grew in the heap, the largest first."),
      property("steps", list("Step"), "What happened in it, the oldest first."),
    ])
  }

  private static var incarnation: JSONValue {
    object([
      property("seen_at", number, "When it was first seen, Unix time."),
      property("started_at", figure, "When it began, Unix time."),
      property(
        "new_build", ["type": ["boolean", "null"]],
        "Whether another build runs than before; null where that is not known."),
      property("version", ["type": ["string", "null"]], "What the build calls itself."),
    ])
  }

  private static var step: JSONValue {
    object([
      property("moment", number, "Unix time."),
      property("what", ["type": "string"], "What was done or seen."),
      property("why", ["type": ["string", "null"]], "The reason, where there is one."),
    ])
  }

  private static var answer: JSONValue {
    object([
      property("question", ["type": "string"], "As an expert asks it."),
      property("answer", ["type": "string"], "In words."),
      property(
        "figures", ["type": "object", "additionalProperties": figure],
        "Behind the answer; units are in their names."),
    ])
  }

  private static var command: JSONValue {
    object([
      property("purpose", ["type": "string"], "What it is for."),
      property("command", ["type": "string"], "To paste into a shell."),
    ])
  }

  /// As in the webhook's body; its members may become more.
  private static var evidence: JSONValue {
    [
      "type": ["object", "null"],
      "required": [
        "kind", "old", "new", "growers", "stack", "goroutines", "bearing", "conclusion",
      ],
    ]
  }

  private static var fix: JSONValue {
    let states = [FixReport.watching] + FixVerdict.allCases.map(\.rawValue)
    guard
      case .object(var members) = object([
        property(
          "state", ["type": "string", "enum": .array(states.map(JSONValue.string))],
          "What became of the leak."),
        property("watched", ["type": "boolean"], "Whether it is watched still."),
        property("change", ["type": "string"], "What is taken for the fix."),
        property("since", number, "Since when growth is held against the leak, Unix time."),
        property("ends_at", number, "When the watch ends at the latest, Unix time."),
        property("conclusion", ["type": "string"], "In words."),
        property("share", figure, "Growth since as a share of the growth before."),
        property("share_low", figure, "The low end of its range."),
        property("share_high", figure, "The high end."),
        property("slope_bytes_per_day", figure, "Growth since."),
        property("slope_before_bytes_per_day", figure, "Growth before, at the load since."),
        property(
          "basis", choice(FixEstimate.Basis.allCases.map(\.rawValue)),
          "What the growth before is known from."),
        property(
          "per_request", ["type": ["boolean", "null"]], "Whether growth is compared by the request."
        ),
        property("load_share", figure, "Load since as a share of the load before."),
      ])
    else { return .null }
    members[0] = .init(name: "type", value: ["object", "null"])
    return .object(members)
  }

  private static let number: JSONValue = ["type": "number"]
  private static let figure: JSONValue = ["type": ["number", "null"]]
  private static let count: JSONValue = ["type": ["integer", "null"]]

  private static func choice(_ words: [String]) -> JSONValue {
    ["type": ["string", "null"], "enum": .array(words.map(JSONValue.string) + [.null])]
  }

  private static func list(_ schema: String, orNull: Bool = false) -> JSONValue {
    let items: JSONValue = ["$ref": .string("#/components/schemas/\(schema)")]
    return ["type": orNull ? ["array", "null"] : "array", "items": items]
  }

  private static func property(
    _ name: String, _ schema: JSONValue, _ meaning: String
  ) -> JSONValue.Member {
    guard case .object(let members) = schema else { return .init(name: name, value: schema) }
    let described = members + [.init(name: "description", value: .string(meaning))]
    return .init(name: name, value: .object(described))
  }

  /// Every property is always there.
  private static func object(_ properties: [JSONValue.Member]) -> JSONValue {
    [
      "type": "object", "additionalProperties": false,
      "required": .array(properties.map { .string($0.name) }), "properties": .object(properties),
    ]
  }
}
