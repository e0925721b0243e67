import Foundation
import TestSupport
import Testing

/// `leakwatch notify-test` with real receivers.
@Suite struct NotifyTestTests {
  private func configure(_ rig: DaemonRig) throws {
    let key = rig.folder.url.appendingPathComponent("key")
    try Data("0123456789abcdef0123456789abcdef\n".utf8).write(to: key)
    try rig.configure(
      extra: """
        [[sink]]
        name = "duty"
        type = "pagerduty"
        url = "\(rig.receiver.url("/202"))"
        routing_key_file = "\(key.path)"
        [[sink]]
        name = "chat"
        type = "slack"
        url = "\(rig.receiver.url("/200"))"
        send_resolved = false
        [[sink]]
        name = "broken"
        type = "slack"
        url = "\(rig.receiver.url("/404"))"
        [[sink]]
        name = "pair"
        type = "alertmanager"
        urls = ["\(rig.receiver.url("/200"))", "http://127.0.0.1:1"]
        timeout = "2s"
        """)
  }

  private func run(_ rig: DaemonRig, _ arguments: String...) throws -> CommandOutcome {
    try CommandOutcome(
      of: ["notify-test", "--config", rig.configurationFile.path] + arguments, folder: rig.folder)
  }

  @Test func everySinkSaysWhatCameOfIt() throws {
    let rig = try DaemonRig()
    try configure(rig)
    let webhook = try run(rig, "test")
    #expect(webhook.output == "test: firing: delivered\ntest: resolved: delivered\n")
    #expect(webhook.status == 0)
    #expect(rig.received.map(\.status) == ["firing", "resolved"])

    #expect(try run(rig, "duty").status == 0)
    let events = rig.received.filter { $0.path == "/202" }.map(\.body)
    #expect(events.map { $0["event_action"] as? String } == ["trigger", "resolve"])
    #expect(
      events.map { $0["routing_key"] as? String }
        == Array(repeating: "0123456789abcdef0123456789abcdef", count: 2))

    #expect(try run(rig, "chat").output == "chat: firing: delivered\n")

    let broken = try run(rig, "broken")
    #expect(broken.status == 1)
    #expect(broken.output == "broken: firing: not delivered: the receiver answered 404\n")

    // The receiver has no such path, and nobody listens at the other address.
    let pair = try run(rig, "pair")
    #expect(pair.status == 1)
    let lines = pair.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.last?.contains("firing: not delivered: http://127.0.0.1:1/…: cannot connect") == true)
  }

  @Test func printingSendsNothingAndShowsNoSecret() throws {
    let rig = try DaemonRig()
    try configure(rig)
    for sink in ["test", "duty", "chat", "pair"] {
      let outcome = try run(rig, "--print", sink)
      #expect(outcome.status == 0)
      let bodies = outcome.output.split(separator: "\n")
      #expect(bodies.count == (["chat", "pair"].contains(sink) ? 1 : 2))
      for body in bodies {
        #expect((try? JSONSerialization.jsonObject(with: Data(body.utf8))) != nil)
      }
      #expect(!outcome.output.contains("0123456789abcdef0123"))
    }
    #expect(rig.received.isEmpty)
  }

  @Test func anUnknownSinkNamesThoseThatAreKnown() throws {
    let rig = try DaemonRig()
    try configure(rig)
    let outcome = try run(rig, "pagr")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("has no sink \"pagr\"; it has test, duty, chat, broken, pair"))
  }
}

/// Templates in files, as `check-config`, `notify-test` and `run` find them.
@Suite struct TemplateFileTests {
  private func rig(_ template: String?, extra: String = "") throws -> (DaemonRig, String) {
    let rig = try DaemonRig()
    let file = rig.folder.url.appendingPathComponent("own.template")
    if let template { try Data(template.utf8).write(to: file) }
    try rig.configure(
      extra: """
        [[sink]]
        name = "own"
        type = "template"
        url = "\(rig.receiver.url("/200"))"
        template_file = "\(file.path)"
        \(extra)
        """)
    return (rig, file.path)
  }

  private func check(_ rig: DaemonRig) throws -> CommandOutcome {
    try CommandOutcome(of: ["check-config", rig.configurationFile.path], folder: rig.folder)
  }

  @Test func faultsAreSaidWithTheirPlaceInTheTemplate() throws {
    let (rig, path) = try rig("{\n \"a\": \"{{servise}}\"\n}")
    let outcome = try check(rig)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains(
        "\(path):2:8: error: unknown field \"servise\"; did you mean \"service\"?\n"))
    #expect(outcome.errors.contains("config.toml: invalid: 1 error\n"))
    try rig.start()
    #expect(rig.waitForExit(seconds: 20) == 2)
  }

  @Test func whatDoesNotBecomeJSONIsSaid() throws {
    let (rig, path) = try rig("{\"a\": {{service}}}")
    #expect(try check(rig).errors.contains("\(path):1:7: error: what comes of it is not JSON"))
  }

  @Test func groupsNeedAList() throws {
    let (rig, path) = try rig("{}", extra: "group_wait = \"30s\"")
    #expect(
      try check(rig).errors.contains(
        "\(path):1:1: error: a template for groups (group_wait) needs the section {{#alerts}}"))
  }

  @Test func aMissingFileIsSaid() throws {
    let (rig, path) = try rig(nil)
    #expect(
      try check(rig).errors.contains("\(path):1:1: error: the template cannot be read: "))
  }

  @Test func aSampleIsWordedAndSent() throws {
    let (rig, _) = try rig(
      "{\"data\": {\"service\": {{service|json}}, \"status\": \"{{status}}\"}}",
      extra: "method = \"POST\"")
    let printed = try CommandOutcome(
      of: ["notify-test", "--config", rig.configurationFile.path, "--print", "own"],
      folder: rig.folder)
    #expect(
      printed.output.hasPrefix(
        "{\"data\": {\"service\": \"leakwatch-test\", \"status\": \"firing\"}}\n"))
    let sent = try CommandOutcome(
      of: ["notify-test", "--config", rig.configurationFile.path, "own"], folder: rig.folder)
    #expect(sent.output == "own: firing: delivered\nown: resolved: delivered\n")
    #expect(rig.received.map(\.status) == ["firing", "resolved"])
    #expect(rig.received.first?.headers["content-type"] == "application/json")
  }
}
