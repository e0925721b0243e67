import Foundation
import Testing
import TimeSeries

@testable import Alerting

@Suite struct MessageTemplateTests {
  static func render(
    _ text: String, _ alerts: [Alert] = [.sample()], _ escape: TemplateEscape = .plain
  ) throws -> String {
    try MessageTemplate(text).render(alerts, escape: escape)
  }

  @Test(arguments: [
    ("{{service}} {{severity}} {{ status }}", "api page firing"),
    ("a {{! nothing of this }}b", "a b"),
    ("{{! a line }}\n{{! another }}\na{{! and }}\nb", "a\nb"),
    ("{{#firing}}yes{{/firing}}{{^firing}}no{{/firing}}{{#resolved}}!{{/resolved}}", "yes"),
    ("{{#reasons}}{{.}}{{^last}}, {{/last}}{{/reasons}}", "linear over 24 h, requests \"flat\""),
    ("{{#checklist}}{{question}} {{answer}}{{/checklist}}", "Does it follow load? no"),
    (
      "{{#links}}{{href}}|{{link_text}}{{/links}}",
      "http://127.0.0.1:9788/|the service in LeakWatch"
    ),
    ("{{^links}}none{{/links}}", ""),
    ("{{page_url}} {{runbook_url|json}}", "http://127.0.0.1:9788/ null"),
    ("{{summary|cut:8}}", "api: me…"), ("{{host|json}}", "\"db-3\""),
    ("{{slope_bytes_per_day|json}} {{growth}}", "536870912 +512 MiB/day"),
    ("{{time_to_limit}}", "3 d"), ("{{service|urlencode}}{{.x", "unreachable"),
    ("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}"), ("{{title}}", "page: api"),
    ("{{count}}{{#group}}!{{/group}}", "1"), ("", ""),
  ])
  func aTemplateBecomesText(template: String, text: String) throws {
    if text == "unreachable" {
      #expect(throws: TemplateFaults.self) { try Self.render(template) }
    } else {
      #expect(try Self.render(template) == text)
    }
  }

  @Test func aGroupListsItsAlertsAndSpeaksOfTheMostUrgent() throws {
    let alerts: [Alert] = [
      .sample(service: "old", status: .resolved), .sample(service: "b", severity: .ticket),
      .sample(service: "c"),
    ]
    #expect(
      try Self.render(
        "{{service}}: {{title}}: {{#alerts}}{{service}}/{{title}}{{^last}}; {{/last}}{{/alerts}}",
        alerts)
        == "c: 3 alerts: 2 firing, 1 resolved: old/Resolved: old; b/ticket: b; c/page: c")
    #expect(try Self.render("{{firing_count}} {{resolved_count}}", alerts) == "2 1")
  }

  @Test func whatHeapProfilesShowedIsAFieldAndAList() throws {
    let template =
      "{{#evidence}}[{{evidence|cut:9}}]{{/evidence}}{{^evidence}}none{{/evidence}}"
      + "{{#growers}}({{place}} {{place_growth}} {{delta_bytes|json}}){{/growers}}{{evidence|json}}"
    var alert = Alert.sample()
    #expect(try Self.render(template, [alert]) == "nonenull")
    alert.evidence = .sample(madeAt: alert.at)
    // The second grower of the sample is within the sampling error.
    #expect(
      try Self.render(template, [alert])
        == "[main.new…](main.newSession main.go:34 +34 MiB 35651584)"
        + "\"main.newSession main.go:34 holds more\"")
  }

  @Test func whatIsNotKnownIsEmptyOrNull() throws {
    let bare = AlertStateTests.bare
    #expect(try Self.render("[{{verdict}}|{{time_to_limit}}]", [bare]) == "[|]")
    #expect(
      try Self.render("{{verdict|json}} {{seconds_to_limit|json}}", [bare]) == "null null")
  }

  @Test func valuesCannotBreakOutOfWhereTheyStand() throws {
    var alert = Alert.sample()
    alert.summary = "\"},{\n\u{1}{{service}} \\ ü&=?"
    let json = try Self.render("{\"a\":\"{{summary}}\",\"b\":{{summary|json}}}", [alert], .json)
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
    #expect(object == ["a": alert.summary, "b": alert.summary])
    #expect(
      try Self.render("a={{summary}}", [alert], .form)
        == "a=%22%7D%2C%7B%0A%01%7B%7Bservice%7D%7D%20%5C%20%C3%BC%26%3D%3F")
  }

  @Test(arguments: [
    ("a\n  {{servise}}", "2:3: unknown field \"servise\"; did you mean \"service\"?"),
    ("{{service", "1:1: {{ is not closed by }} in its line"),
    ("{{#firing}}\nx", "1:1: {{#firing}} is never closed"),
    ("ü{{/firing}}", "1:2: {{/firing}} closes nothing"),
    (
      "{{#firing}}{{#page}}{{/firing}}{{/page}}{{/firing}}",
      "1:21: {{/firing}} stands where {{/page}} is due"
    ),
    ("{{.}}", "1:1: {{.}} has a meaning only inside {{#reasons}}"),
    ("{{place}}", "1:1: {{place}} has a meaning only inside {{#growers}}"),
    ("{{#last}}{{/last}}", "1:1: \"last\" has a meaning only inside a list, such as {{#reasons}}"),
    ("{{service|upper}}", "1:1: unknown filter \"upper\"; there are: json, urlencode, cut:N"),
    ("{{service|cut:0}}", "1:1: unknown filter \"cut:0\"; there are: json, urlencode, cut:N"),
    ("{{service|json|cut:3}}", "1:1: nothing can follow the filter json or urlencode"),
    ("{{}}", "1:1: {{}} names no field"),
    (
      "{{#alerts}}{{#alerts}}{{/alerts}}{{/alerts}}",
      "1:12: {{#alerts}} cannot stand inside itself"
    ),
  ])
  func whatIsWrongIsSaidWithItsPlace(template: String, fault: String) {
    let faults = #expect(throws: TemplateFaults.self) { try MessageTemplate(template) }?.faults
    #expect(faults?.map { "\($0.line):\($0.column): \($0.message)" } == [fault])
  }

  @Test func everyFaultIsSaidAtOnce() {
    let faults = #expect(throws: TemplateFaults.self) {
      try MessageTemplate("{{a}}\n{{#b}}{{/b}}\n{{#firing}}")
    }?.faults
    #expect(faults?.map(\.line) == [1, 2, 3])
  }

  @Test(arguments: [
    ("{\n  \"a\": {{service}}\n}", "2:8"), ("{\"a\": \"{{service}}\" \"b\": 1}", "1:21"),
    ("{\"a\": 1,}", "1:9"), ("{{#reasons}}{{/reasons}}", "1:1"),
  ])
  func whatDoesNotBecomeJSONIsSaidWithItsPlace(template: String, place: String) throws {
    let fault = try MessageTemplate(template).jsonFault(rendering: [.sample()])
    #expect(fault.map { "\($0.line):\($0.column)" } == place)
    #expect(fault?.message.isEmpty == false)
  }

  @Test(arguments: [
    ("application/json; charset=utf-8", TemplateEscape.json), ("application/ld+json", .json),
    ("application/x-www-form-urlencoded", .form), ("text/plain", .plain),
  ])
  func theTypeOfTheBodySaysHowValuesAreEscaped(type: String, escape: TemplateEscape) {
    #expect(TemplateEscape(contentType: type) == escape)
  }
}

@Suite struct JSONSyntaxTests {
  @Test(arguments: [
    "{}", "[]", " {\"a\" : [1, -0.5e+3, true, false, null, \"\\u00e4\\n\"]} ", "0", "\"ä\"",
  ])
  func soundTextsAreSound(text: String) {
    #expect(JSONSyntax.problem(in: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "+1", "\"\n\"", "\"\\x\"", "\"\\u12g4\"",
    "nul", "[1] 2", "\"", "{\"a\":1,}", "-", "1e",
  ])
  func othersAreNot(text: String) {
    #expect(JSONSyntax.problem(in: Array(text.utf8)) != nil)
  }

  @Test func depthIsBounded() {
    let text = String(repeating: "[", count: 100_000)
    #expect(JSONSyntax.problem(in: Array(text.utf8))?.offset == 100)
  }
}

/// The templates that are shipped, each rendered for whatever may come.
@Suite struct ShippedTemplateTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("deploy/templates")

  /// Long and awkward, as a hostile service's name makes it.
  static func alert(_ status: Alert.Status, _ severity: Severity = .page) -> Alert {
    var alert = Alert.sample(status: status, severity: severity)
    let long = String(repeating: "x\"\\\n", count: 1000)
    (alert.summary, alert.host) = (long, long)
    alert.reasons = Array(repeating: long, count: 10)
    alert.checklist = Array(repeating: .init(question: long, answer: long), count: 20)
    return alert
  }

  static func messages(_ name: String) throws -> [[String: Any]] {
    let file = folder.appendingPathComponent("\(name).template")
    let template = try MessageTemplate(String(contentsOf: file, encoding: .utf8))
    #expect(template.listsAlerts)
    let groups: [[Alert]] = [
      [.sample()], [.sample(status: .resolved)], [AlertStateTests.bare], [alert(.firing)],
      [alert(.firing, .warning)], [alert(.resolved, .ticket)],
      (0..<40).map { alert($0 % 2 == 0 ? .firing : .resolved) },
      [alert(.resolved), alert(.resolved)],
    ]
    return try groups.map { alerts in
      let text = template.render(alerts, escape: .json)
      #expect(JSONSyntax.problem(in: Array(text.utf8)) == nil)
      return try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
  }

  @Test func teams() throws {
    for message in try Self.messages("teams") {
      #expect(message["type"] as? String == "message")
      let attachments = try #require(message["attachments"] as? [[String: Any]])
      let card = try #require(attachments.first?["content"] as? [String: Any])
      #expect(card["type"] as? String == "AdaptiveCard")
      #expect((card["body"] as? [[String: Any]])?.isEmpty == false)
      #expect(try JSONSerialization.data(withJSONObject: message).count < 28_000)
    }
  }

  @Test func discord() throws {
    for message in try Self.messages("discord") {
      let embed = try #require((message["embeds"] as? [[String: Any]])?.first)
      let title = try #require(embed["title"] as? String)
      let description = try #require(embed["description"] as? String)
      #expect(title.count <= 256 && !title.isEmpty)
      #expect(description.unicodeScalars.count <= 4096 && embed["color"] is Int)
    }
  }

  @Test func ntfy() throws {
    for message in try Self.messages("ntfy") {
      #expect(message["topic"] as? String == "leakwatch")
      let text = try #require(message["message"] as? String)
      #expect(text.utf8.count <= 4096)
      #expect((1...5).contains(message["priority"] as? Int ?? 0))
    }
  }

  @Test func noOtherTemplateIsShippedUntried() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(names == ["discord.template", "ntfy.template", "teams.template"])
  }
}
