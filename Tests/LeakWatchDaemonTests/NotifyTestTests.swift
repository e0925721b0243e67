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
