import Foundation
import Testing
import TimeSeries

@testable import Alerting

/// What PagerDuty and Slack get, and that it stays within what they take.
@Suite struct ChatBodyTests {
  /// An alert whose every text is far too long, of characters that must be escaped.
  static var enormous: Alert {
    var alert = Alert.sample()
    let long = String(repeating: "<&>ü\"\\", count: 20_000)
    alert.summary = long
    alert.reasons = [long, long]
    alert.checklist = (0..<30).map { _ in ChecklistAnswer(question: long, answer: long) }
    alert.commands = [SuggestedCommand(purpose: long, command: "```" + long)]
    return alert
  }

  private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func pagerDutyGetsATrigger() throws {
    let event = try object(PagerDutyBody.event(.sample()))
    #expect(event["event_action"] as? String == "trigger")
    #expect(event["routing_key"] == nil)
    let payload = try #require(event["payload"] as? [String: Any])
    #expect(payload["severity"] as? String == "critical")
    #expect(payload["source"] as? String == "db-3")
    #expect(payload["component"] as? String == "api")
    #expect(payload["timestamp"] as? String == "2026-11-22T09:50:00.250Z")
    let details = try #require(payload["custom_details"] as? [String: Any])
    #expect(details["slope_bytes_per_day"] as? Double == 536_870_912)
    #expect(
      (event["links"] as? [[String: Any]])?.first?["href"] as? String == "http://127.0.0.1:9788/")
    #expect(event["client_url"] as? String == "http://127.0.0.1:9788/")
  }

  @Test func aResolveHasTheKeyOfItsTriggerWhateverTheWatcher() throws {
    var other = Alert.sample(status: .resolved, severity: .ticket)
    other.startedAt = other.startedAt + .hours(1)
    let (trigger, end) = (
      try object(PagerDutyBody.event(.sample())), try object(PagerDutyBody.event(other))
    )
    #expect(end["event_action"] as? String == "resolve")
    let key = try #require(trigger["dedup_key"] as? String)
    #expect(end["dedup_key"] as? String == key)
    #expect(end.count == 2)
    // A cgroup's service is another one on another host; one watched over the network is not.
    var here = Alert.sample()
    here.host = "elsewhere"
    #expect(PagerDutyBody.deduplicationKey(here) != key)
    var (first, second) = (here, Alert.sample())
    first.description.cgroupPath = nil
    second.description.cgroupPath = nil
    #expect(PagerDutyBody.deduplicationKey(first) == PagerDutyBody.deduplicationKey(second))
    #expect(
      PagerDutyBody.deduplicationKey(.sample(kind: .gcPause))
        != PagerDutyBody.deduplicationKey(.sample()))
  }

  @Test func pagerDutysLimitsHold() throws {
    let bytes = PagerDutyBody.event(Self.enormous)
    #expect(bytes.count < 512_000)
    let payload = try #require(try object(bytes)["payload"] as? [String: Any])
    #expect((payload["summary"] as? String)?.unicodeScalars.count == 1024)
    var long = Alert.sample(service: String(repeating: "s", count: 1000))
    long.host = String(repeating: "h", count: 1000)
    #expect(PagerDutyBody.deduplicationKey(long).count <= 255)
  }

  @Test func slackGetsLinksThatItsNotationCanHold() throws {
    var alert = Alert.sample()
    alert.links = [
      .page("https://lw/services/a%2Fb?x=1&y=2"), .runbook("https://wiki/<r>"),
      .runbook("https://wiki/" + String(repeating: "r", count: 3000)),
    ]
    let message = try object(SlackBody.message(alert).bytes)
    let blocks = try #require(message["blocks"] as? [[String: Any]])
    let context = try #require(blocks.last?["elements"] as? [[String: Any]])
    #expect(
      context.dropFirst().map { $0["text"] as? String }
        == ["<https://lw/services/a%2Fb?x=1&amp;y=2|the service in LeakWatch>"])
  }

  @Test func slackGetsTextAndBlocks() throws {
    let message = try object(SlackBody.message(.sample()).bytes)
    #expect((message["text"] as? String)?.hasPrefix("page: api: api: memory grows") == true)
    let blocks = try #require(message["blocks"] as? [[String: Any]])
    #expect(
      blocks.map { $0["type"] as? String }
        == ["header", "section", "section", "section", "section", "context"])
    var end = Alert.sample(status: .resolved)
    end.summary = "<!channel> & co"
    let text = SlackBody.message(end).text
    #expect(text.contains("&lt;!channel&gt; &amp; co"))
    #expect(!text.contains("<!"))
    #expect(text.contains("Resolved: api"))
  }

  /// https://api.slack.com/reference/block-kit/blocks
  @Test func slacksLimitsHold() throws {
    let message = try object(SlackBody.message(Self.enormous).bytes)
    let blocks = try #require(message["blocks"] as? [[String: Any]])
    #expect(blocks.count <= 50)
    for block in blocks {
      let text = (block["text"] as? [String: Any])?["text"] as? String ?? ""
      let limit = block["type"] as? String == "header" ? 150 : 3000
      #expect(text.unicodeScalars.count <= limit)
      let fields = block["fields"] as? [[String: Any]] ?? []
      #expect(fields.count <= 10)
      for field in fields {
        #expect((field["text"] as? String ?? "").unicodeScalars.count <= 2000)
      }
      // One code block, whatever the command holds.
      #expect(text.components(separatedBy: "```").count % 2 == 1)
    }
  }
}
