internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// What the daemon knows, for programs.
enum StatusLines {
  static func json(
    _ reports: [ServiceReport], host: String, _ silences: SilenceList, at now: Timestamp
  ) -> JSONValue {
    [
      "version": .string(LeakWatch.version), "host": .string(host), "at": .number(now.seconds),
      "services": .array(reports.map { .object(members($0, silences, at: now)) }),
      "silences": SilenceText.json(silences, at: now),
    ]
  }

  /// One service with its checklist; the latter is null before the first verdict.
  static func json(
    _ report: ServiceReport, _ diagnosis: Diagnosis?, _ silences: SilenceList,
    _ episodes: [EpisodeRecord], _ changes: [IncarnationChange], at now: Timestamp
  ) -> JSONValue {
    var all = members(report, silences, at: now)
    all.append(.init(name: "at", value: .number(now.seconds)))
    all.append(
      .init(
        name: "checklist",
        value: diagnosis.map { .array($0.checklist.map(AlertBody.answer)) } ?? .null))
    all.append(
      .init(
        name: "commands",
        value: diagnosis.map { .array($0.commands.map(AlertBody.command)) } ?? .null))
    all.append(
      .init(name: "day_floors_bytes", value: .array(report.dayFloors.map(JSONValue.number))))
    all.append(
      .init(
        name: "silences",
        value: .array(
          silences.covering(report.overview.name, at: now).map(SilenceText.json))))
    all.append(
      .init(name: "episodes", value: .array(episodes.reversed().map(HistoryText.json))))
    all.append(
      .init(
        name: "incarnations",
        value: .array(
          changes.reversed().map { change in
            [
              "seen_at": .number(change.seenAt.seconds),
              "started_at": .optional(change.startedAt?.seconds),
              "new_build": change.isNewBuild.map(JSONValue.bool) ?? .null,
              "version": .optional(change.version),
            ]
          })))
    return .object(all)
  }

  private static func members(
    _ report: ServiceReport, _ silences: SilenceList, at now: Timestamp
  ) -> [JSONValue.Member] {
    let overview = report.overview
    let growth = overview.growth ?? report.verdict?.growth ?? GrowthFigures()
    let firing = overview.firing.sorted { $0.key.rawValue < $1.key.rawValue }
    return [
      .init(name: "service", value: .string(overview.name.text)),
      .init(name: "up", value: .bool(overview.isUp)),
      .init(name: "memory_bytes", value: .optional(overview.memoryBytes)),
      .init(name: "limit_bytes", value: .optional(overview.limitBytes)),
      .init(name: "verdict", value: .optional(report.verdict?.verdict.rawValue)),
      .init(name: "flavour", value: .optional(report.verdict?.flavour?.rawValue)),
      .init(name: "growing", value: .optional(report.verdict?.growing)),
      .init(
        name: "reasons",
        value: .array((report.verdict?.reasons ?? []).map(JSONValue.string))),
      .init(name: "slope_bytes_per_day", value: .optional(growth.slopeBytesPerDay)),
      .init(name: "slope_low", value: .optional(growth.slopeLow)),
      .init(name: "slope_high", value: .optional(growth.slopeHigh)),
      .init(name: "seconds_to_limit", value: .optional(growth.secondsToLimit)),
      .init(name: "seconds_to_limit_low", value: .optional(growth.secondsToLimitLow)),
      .init(name: "seconds_to_limit_high", value: .optional(growth.secondsToLimitHigh)),
      .init(name: "evidence", value: report.evidence?.json ?? .null),
      .init(name: "fix", value: report.fix?.json ?? .null),
      .init(
        name: "alerts",
        value: .array(
          firing.map { kind, since in
            alert(kind, "firing", since: since, of: overview.name, silences, at: now)
          }
            + report.pending.map {
              alert($0, "pending", since: nil, of: overview.name, silences, at: now)
            })),
    ]
  }

  private static func alert(
    _ kind: AlertKind, _ state: String, since: Timestamp?, of service: ServiceName,
    _ silences: SilenceList, at now: Timestamp
  ) -> JSONValue {
    let silence = silences.covering(AlertKey(service: service, kind: kind), at: now)
    return [
      "alert": .string(kind.rawValue), "state": .string(state),
      "since": .optional(since?.seconds), "silenced_until": .optional(silence?.endsAt.seconds),
    ]
  }
}
