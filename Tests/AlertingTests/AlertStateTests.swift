import Testing
import TimeSeries

@testable import Alerting

@Suite struct AlertStateTests {
  @Test func anAlertComesBackFromItsBytes() throws {
    var alert = Alert.sample()
    // What is not a number equals nothing.
    alert.checklist[0].figures["nan"] = .infinity
    alert.evidence = .sample(madeAt: alert.at)
    for alert in [alert, Self.bare] {
      #expect(try Alert(stateBytes: alert.stateBytes) == alert)
    }
  }

  @Test func everyShorterTextIsRefused() {
    let bytes = Alert.sample().stateBytes
    for count in 0..<bytes.count {
      #expect(throws: StateFault.self) { try Alert(stateBytes: Array(bytes[..<count])) }
    }
    #expect(throws: StateFault.self) { try Alert(stateBytes: bytes + [0]) }
  }

  static var bare: Alert {
    let name = ServiceName("x")
    return Alert(
      key: AlertKey(service: name, kind: .oomKill), status: .resolved, severity: .ticket,
      episode: EpisodeID(text: ""), host: "", startedAt: Timestamp(milliseconds: -1),
      at: Timestamp(milliseconds: 0), summary: "", description: ServiceDescription(name: name))
  }
}

@Suite struct ServicePatternTests {
  @Test(arguments: [
    ("api", "api", true), ("api", "api2", false), ("*", "a/b", true), ("api-*", "api-", true),
    ("a?i", "api", true), ("a?i", "ai", false), ("*/10.0.0.?:*", "api/10.0.0.7:80", true),
    ("*a*b", "xaxxb", true), ("*a*b", "xbxa", false), ("", "", true), ("[ab]", "a", false),
  ])
  func patternsFitTheWholeName(pattern: String, name: String, fits: Bool) {
    #expect(ServicePattern(pattern).matches(ServiceName(name)) == fits)
  }
}
