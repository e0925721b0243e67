import Testing
import TimeSeries

@testable import Alerting

@Suite struct AlertmanagerBodyTests {
  private func text(_ alert: Alert) -> String {
    AlertmanagerBody(alert, extraLabels: [("team", "payments")], generatorURL: "https://wiki/x")
      .elements(endsAt: Timestamp(milliseconds: 1_800_000_000_000)).joined(separator: "\n")
  }

  @Test func labelsAreTheIdentityAndFiguresAreAnnotations() {
    var alert = Alert.sample()
    alert.links = []
    let text = text(alert)
    #expect(
      text.hasPrefix(
        #"{"labels":{"alertname":"LeakWatchMemoryGrowth","host":"db-3","service":"api","#
          + #""severity":"page","team":"payments"},"endsAt":"2027-01-15T08:00:00Z","startsAt":"#))
    #expect(text.contains(#""generatorURL":"https://wiki/x""#))
    #expect(!text.contains("page_url") && !text.contains("runbook_url"))
    #expect(text.contains(#""slope_bytes_per_day":""#))
    #expect(text.contains(#""checklist":"Does it follow load? no"#))
  }

  @Test func theServicesPageIsWhereTheAlertComesFromAndTheRunbookAnAnnotation() {
    var alert = Alert.sample()
    alert.links = [.runbook("https://wiki/r#memory_growth")]
    #expect(text(alert).contains(#""generatorURL":"https://wiki/x""#))
    #expect(text(alert).contains(#""runbook_url":"https://wiki/r#memory_growth""#))
    alert.links.append(.page("https://lw/services/api"))
    #expect(text(alert).contains(#""generatorURL":"https://lw/services/api""#))
    #expect(text(alert).contains(#""page_url":"https://lw/services/api""#))
  }

  /// Two watchers of one service over the network, on two hosts, some seconds apart.
  @Test func twoWatchersSayTheSameLabels() {
    var (first, second) = (Alert.sample(), Alert.sample())
    first.description.cgroupPath = nil
    second.description.cgroupPath = nil
    second.host = "other"
    second.startedAt = first.startedAt + .seconds(7)
    second.growth.slopeBytesPerDay = 1
    #expect(labels(first) == labels(second))
    second.description.cgroupPath = "/system.slice/api.service"
    #expect(labels(first) != labels(second))
  }

  @Test func unknownFiguresAreAbsent() {
    var alert = Alert.sample()
    alert.growth = GrowthFigures()
    alert.growth.secondsToLimit = .infinity
    alert.checklist = []
    let text = text(alert)
    for name in ["slope_bytes_per_day", "seconds_to_limit", "checklist"] {
      #expect(!text.contains(name))
    }
  }

  @Test func itSurvivesTheOutbox() throws {
    let body = AlertmanagerBody(.sample())
    #expect(AlertmanagerBody(bytes: body.bytes) == body)
    #expect(AlertmanagerBody(bytes: Array("{}".utf8)) == nil)
    #expect(AlertmanagerBody(bytes: Array("nothing\nof the kind".utf8)) == nil)
  }

  @Test(arguments: [
    (AlertKind.memoryGrowth, "LeakWatchMemoryGrowth"), (.gcPause, "LeakWatchGCPause"),
    (.oomImminent, "LeakWatchOOMImminent"), (.growthRule, "LeakWatchGrowthRule"),
  ])
  func alertNames(kind: AlertKind, name: String) {
    #expect(AlertmanagerBody.alertName(kind) == name)
  }

  private func labels(_ alert: Alert) -> Substring? {
    String(decoding: AlertmanagerBody(alert).bytes, as: UTF8.self).split(separator: "\n").first
  }
}
