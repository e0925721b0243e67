internal import Alerting
internal import Detectors
internal import TimeSeries

/// Episodes of alerts as people and programs read them, the newest first.
struct HistoryText {
  var episodes: [EpisodeRecord]
  let host: String
  let since: Timestamp
  let now: Timestamp
  /// All of one service: then each is told whole, and not in a line.
  var isOfOne = false

  func text(_ form: StatusQuestion.Form) -> String {
    switch form {
    case .json: json.text + "\n"
    case .text(let width, let inColour):
      if episodes.isEmpty {
        "no alert has fired since \(since.toTheSecond), as far as is remembered\n"
      } else if isOfOne {
        episodes.map(whole).joined(separator: "\n")
      } else {
        table.text(width: width, inColour: inColour)
      }
    }
  }

  private var json: JSONValue {
    [
      "version": .string(LeakWatch.version), "host": .string(host), "at": .number(now.seconds),
      "since": .number(since.seconds), "episodes": .array(episodes.map(Self.json)),
    ]
  }

  /// Times are Unix seconds, sizes bytes; `fired_at` is the webhook's `started_at`.
  static func json(_ episode: EpisodeRecord) -> JSONValue {
    [
      "service": .string(episode.key.service.text), "alert": .string(episode.key.kind.rawValue),
      "episode": .string(episode.id.text), "severity": .string(episode.severity.rawValue),
      "began_at": .optional(episode.beganAt?.seconds), "fired_at": .number(episode.firedAt.seconds),
      "ended_at": .optional(episode.endedAt?.seconds), "end_reason": .optional(episode.endReason),
      "verdict": .optional(episode.verdict), "flavour": .optional(episode.flavour),
      "growing": .optional(episode.growing), "summary": .string(episode.summary),
      "peak_slope_bytes_per_day": .optional(episode.peakSlopeBytesPerDay),
      "restarts": count(episode.restarts), "oom_kills": count(episode.oomKills),
      "growers": .array(episode.growers.map(JSONValue.string)),
      "steps": .array(
        episode.steps.map { step in
          [
            "moment": .number(step.moment.seconds), "what": .string(step.what),
            "why": .optional(step.why),
          ]
        }),
    ]
  }

  private static func count(_ count: Int?) -> JSONValue {
    count.map { .integer(Int64($0)) } ?? .null
  }

  // MARK: For people

  private var table: TextTable {
    var table = TextTable([
      .init(title: "FIRED"),
      .init(title: "SERVICE", leastWidth: 12),
      .init(title: "ALERT"),
      .init(title: "SEVERITY"),
      .init(title: "LASTED", isRightAligned: true),
      .init(title: "VERDICT", leastWidth: 10),
      .init(title: "PEAK/DAY", isRightAligned: true),
      .init(title: "RESTARTS", isRightAligned: true),
      .init(title: "OOM KILLS", isRightAligned: true),
    ])
    for episode in episodes {
      table.add([
        .init(BacktestTable.moment(episode.firedAt)), .init(episode.key.service.text),
        .init(episode.key.kind.rawValue),
        .init(episode.severity.rawValue, episode.severity == .page ? .alarm : .plain),
        episode.endedAt.map { .init(RoughDuration.text(($0 - episode.firedAt).seconds)) }
          ?? .init("fires", .alarm),
        Self.verdict(episode).map { .init($0) } ?? .unknown,
        .perDay(episode.peakSlopeBytesPerDay),
        episode.restarts.map { .init(String($0)) } ?? .unknown,
        episode.oomKills.map { .init(String($0)) } ?? .unknown,
      ])
    }
    return table
  }

  static func verdict(_ episode: EpisodeRecord) -> String? {
    episode.verdict.flatMap(Verdict.init(rawValue:)).map { verdict in
      VerdictText.cell(verdict, episode.flavour.flatMap(Flavour.init(rawValue:))).text
    }
  }

  private func whole(_ episode: EpisodeRecord) -> String {
    let span =
      episode.endedAt.map { "to \($0.toTheSecond) (\($0 - episode.firedAt))" }
      ?? "on, it fires (\(max(.zero, now - episode.firedAt)))"
    let head =
      "\(episode.key.kind.rawValue), \(episode.severity.rawValue), from \(episode.firedAt.toTheSecond) "
      + span
    return (head.printable + "\n")
      + Self.details(episode).map { "  \($0.printable)\n" }.joined()
  }

  /// What was told at its worst, then what is known of it, then what happened in it.
  static func details(_ episode: EpisodeRecord) -> [String] {
    var facts: [String] = []
    if let beganAt = episode.beganAt, beganAt < episode.firedAt {
      facts.append("its condition held since \(beganAt.toTheSecond)")
    }
    if let verdict = verdict(episode) { facts.append("verdict: \(verdict)") }
    if let growing = episode.growing { facts.append("growing: \(growing)") }
    if let peak = episode.peakSlopeBytesPerDay {
      facts.append("fastest growth: \(peak < 0 ? "" : "+")\(ByteCount(peak))/day")
    }
    if let restarts = episode.restarts { facts.append("restarts: \(restarts)") }
    if let kills = episode.oomKills { facts.append("OOM kills: \(kills)") }
    var lines = [episode.summary]
    if !facts.isEmpty { lines.append(facts.joined(separator: "; ")) }
    if !episode.growers.isEmpty {
      lines.append("grew in the heap: " + episode.growers.joined(separator: ", "))
    }
    lines += episode.steps.map(line)
    if let reason = episode.endReason { lines.append("ended: \(reason)") }
    return lines
  }

  private static func line(_ step: EpisodeRecord.Step) -> String {
    "\(step.moment.toTheSecond) \(step.what)" + (step.why.map { ": \($0)" } ?? "")
  }
}

extension Timestamp {
  /// Milliseconds say nothing to a person.
  fileprivate var toTheSecond: String { aligned(to: .seconds(1)).rfc3339 }
}
