import Alerting
import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon
@testable import WatchConfiguration

/// Where the readers of alerts find more.
@Suite struct AlertLinksTests {
  private static func alert(_ service: String, _ kind: AlertKind = .memoryGrowth) -> Alert {
    let name = ServiceName(service)
    return Alert(
      key: AlertKey(service: name, kind: kind), status: .firing, severity: .page,
      episode: EpisodeID(text: "e"), host: "h", startedAt: Timestamp(milliseconds: 0),
      at: Timestamp(milliseconds: 0), summary: "", description: ServiceDescription(name: name))
  }

  private static func links(_ external: String?, _ runbook: String? = nil) throws -> AlertLinks {
    var status = Configuration.StatusPage()
    status.externalURL = try external.map { try URLGrammar.parse($0) }
    status.runbookURL = try runbook.map { try URLGrammar.parse($0) }
    return AlertLinks(status)
  }

  @Test(arguments: ["https://lw.example.com/db-3", "https://lw.example.com/db-3/"])
  func anAlertLinksToItsServiceAndItsSection(external: String) throws {
    let links = try Self.links(external, "https://wiki.example.com/r?v=1")
    let alert = links.linked(Self.alert("payments/10.0.0.7:8080 <b>"))
    #expect(
      alert.pageURL
        == "https://lw.example.com/db-3/services/payments%2F10.0.0.7%3A8080%20%3Cb%3E")
    #expect(alert.runbookURL == "https://wiki.example.com/r?v=1#memory_growth")
    #expect(
      links.linked(Self.alert("leakwatch", .sinkFailing)).pageURL == "https://lw.example.com/db-3/")
  }

  @Test func whatIsNotSetIsAbsent() throws {
    #expect(try Self.links(nil).links(of: Self.alert("api")) == [])
    #expect(try Self.links("http://h").links(of: Self.alert("api")).count == 1)
  }

  @Test func replicasLinkToTheOneThatTheAlertIsWordedAfter() throws {
    var alert = Self.alert("api")
    alert.description.name = ServiceName("api-2")
    #expect(try Self.links("http://h").linked(alert).pageURL == "http://h/services/api-2")
  }

  /// The links of an alert that was received are followed.
  @Test func theLinkOfADaemonsAlertLeadsToThePage() throws {
    let port = Int(freeLoopbackPort())
    let rig = try DaemonRig.withTwoServices(
      extra: """
        [status]
        listen = "127.0.0.1:\(port)"
        external_url = "http://127.0.0.1:\(port)"
        runbook_url = "https://wiki.example.com/r"
        """)
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    let links = try #require(rig.received.first?.data["links"] as? [[String: Any]])
    #expect(links.map { $0["text"] as? String } == ["the service in LeakWatch", "what to do"])
    #expect(links.last?["href"] as? String == "https://wiki.example.com/r#oom_imminent")
    let page = try PageReply(try #require(links.first?["href"] as? String))
    #expect(page.status == 200 && page.body.contains("<h1>api</h1>"))
    #expect(
      rig.log.contains(
        "  see:     http://127.0.0.1:\(port)/services/api (the service in LeakWatch)"))
  }
}
