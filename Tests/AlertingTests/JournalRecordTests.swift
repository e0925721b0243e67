import Foundation
import Testing
import TimeSeries

@testable import Alerting

@Suite struct JournalRecordTests {
  @Test func anAlertCarriesItsFigures() {
    let fields = JournalRecord(.sample()).fields.map { "\($0.name)=\($0.value)" }
    #expect(
      fields == [
        "MESSAGE=" + AlertText.text(.sample()),
        "MESSAGE_ID=924bdc38ff454f24aa46e346d2d7296c",
        "PRIORITY=2",
        "SYSLOG_IDENTIFIER=leakwatch",
        "DOCUMENTATION=man:leakwatch(8)",
        "LEAKWATCH_EVENT=alert_firing",
        "LEAKWATCH_SERVICE=api",
        "OBJECT_SYSTEMD_UNIT=api.service",
        "OBJECT_SYSTEMD_INVOCATION_ID=0123456789abcdef0123456789abcdef",
        "LEAKWATCH_CGROUP=/system.slice/api.service",
        "LEAKWATCH_RUNTIME=go",
        "LEAKWATCH_ALERT=memory_growth",
        "LEAKWATCH_STATUS=firing",
        "LEAKWATCH_SEVERITY=page",
        "LEAKWATCH_EPISODE=ep-1",
        "LEAKWATCH_HOST=db-3",
        "LEAKWATCH_STARTED_AT=2026-11-22T09:50:00.250Z",
        "LEAKWATCH_VERDICT=leak",
        "LEAKWATCH_FLAVOUR=true_leak",
        "LEAKWATCH_GROWING=anon",
        "LEAKWATCH_PAGE_URL=http://127.0.0.1:9788/",
        "LEAKWATCH_SLOPE_BYTES_PER_DAY=536870912",
        "LEAKWATCH_SLOPE_LOW=510000000",
        "LEAKWATCH_SLOPE_HIGH=550000000",
        "LEAKWATCH_SECONDS_TO_LIMIT=262000",
        "LEAKWATCH_SECONDS_TO_LIMIT_LOW=240000",
        "LEAKWATCH_SECONDS_TO_LIMIT_HIGH=291000.5",
      ])
  }

  @Test(arguments: [
    (AlertKind.memoryGrowth, Alert.Status.firing, Severity.ticket, JournalEvent.alertFiring, 5),
    (.memoryGrowth, .firing, .warning, .alertFiring, 4),
    (.oomKill, .firing, .page, .oomKill, 2),
    (.oomKill, .resolved, .page, .alertResolved, 5),
  ])
  func eventAndPriorityFollowTheAlert(
    kind: AlertKind, status: Alert.Status, severity: Severity, event: JournalEvent, priority: Int
  ) {
    let record = JournalRecord(.sample(kind: kind, status: status, severity: severity))
    #expect(record.event == event)
    #expect(record.priority.rawValue == priority)
  }

  @Test func anUnknownFigureHasNoField() {
    var alert = Alert.sample(unit: nil)
    alert.growth = GrowthFigures(slopeBytesPerDay: .nan)
    let names = JournalRecord(alert).fields.map(\.name)
    #expect(!names.contains { $0.hasPrefix("LEAKWATCH_SLOPE") })
    #expect(!names.contains("OBJECT_SYSTEMD_UNIT"))
  }

  @Test func fieldNamesAreWhatJournaldAccepts() {
    let service = ServiceDescription(name: ServiceName("api"), unit: "api.service")
    let records = [
      JournalRecord(.sample()), .targetDown("cgroup", of: service, reason: "gone"),
      .targetUp("cgroup", of: service, after: .minutes(3)), .stateUnavailable(reason: "r"),
      .stateSetAside(path: "/p"), .pastDamaged(["api: its checksum is wrong"]),
    ]
    for field in records.flatMap(\.fields) {
      #expect(field.name.wholeMatch(of: /[A-Z][A-Z0-9_]{0,63}/) != nil)
    }
  }

  @Test func everyMessageIDIsUniqueAndWellFormed() {
    let ids = JournalEvent.allCases.map(\.messageID)
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil) }
  }
}

/// `deploy/systemd/leakwatch.catalog` against the code.
@Suite struct CatalogTests {
  struct Entry {
    var id: String
    var text: String
    var placeholders: Set<String>
  }

  /// A file of the project.
  static func text(of path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func entries() throws -> [Entry] {
    let text = try text(of: "deploy/systemd/leakwatch.catalog")
    return text.split(separator: /(?m)^--\x20/).dropFirst().map { part in
      let lines = part.split(separator: "\n", maxSplits: 1)
      let body = String(lines.last ?? "")
      return Entry(
        id: String(lines[0]), text: body,
        placeholders: Set(body.matches(of: /@([A-Z_]+)@/).map { String($0.1) }))
    }
  }

  @Test func everyEventIsExplainedAndNothingElse() throws {
    #expect(
      try Self.entries().map(\.id).sorted() == JournalEvent.allCases.map(\.messageID).sorted())
  }

  @Test func theManualNamesEveryEventAndField() throws {
    let manual = try Self.text(of: "docs/alerts.md")
    for event in JournalEvent.allCases {
      #expect(manual.contains("| `\(event.rawValue)` | `\(event.messageID)` |"))
    }
    let common = ["MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "DOCUMENTATION"]
    for field in JournalRecord(.sample()).fields where !common.contains(field.name) {
      #expect(manual.contains("`\(field.name)`"))
    }
  }

  @Test func theManualShowsEveryMemberOfTheBody() throws {
    let manual = try Self.text(of: "docs/alerts.md")
    let body = try JSONSerialization.jsonObject(with: Data(AlertBody.webhook(.sample())))
    let data = try #require((body as? [String: Any])?["data"] as? [String: Any])
    for name in data.keys { #expect(manual.contains("\n    \"\(name)\": ")) }
  }

  @Test func everyEntryHasItsHeaderAndAText() throws {
    for entry in try Self.entries() {
      let parts = entry.text.split(separator: "\n\n", maxSplits: 1)
      #expect(parts[0].hasPrefix("Subject: "))
      #expect(parts[0].contains("\nDefined-By: LeakWatch\nDocumentation: man:leakwatch(8)"))
      #expect(parts.count == 2)
    }
  }

  /// journalctl prints a placeholder as it stands where the record lacks the field.
  @Test func placeholdersAreFieldsThatTheRecordAlwaysHas() throws {
    let service = ServiceDescription(name: ServiceName("api"))
    let bare = Alert(
      key: AlertKey(service: service.name, kind: .oomKill), status: .firing, severity: .page,
      episode: EpisodeID(text: "e"), host: "h", startedAt: Timestamp(seconds: 1),
      at: Timestamp(seconds: 1), summary: "s", description: service)
    var growing = bare
    growing.key.kind = .memoryGrowth
    var ended = bare
    ended.status = .resolved
    let records = [
      JournalRecord(bare), JournalRecord(growing), JournalRecord(ended),
      .targetDown("t", of: service, reason: "r"), .targetUp("t", of: service, after: .zero),
      .stateUnavailable(reason: "r"), .stateSetAside(path: "/p"),
      .stateRenewed(keptAs: "/p", isWhole: true),
      .stateRenewed(keptAs: nil, isWhole: true), .pastDamaged(["api: its checksum is wrong"]),
    ]
    let entries = try Self.entries()
    for record in records {
      let entry = try #require(entries.first { $0.id == record.event.messageID })
      #expect(entry.placeholders.subtracting(record.fields.map(\.name)) == [])
    }
  }
}
