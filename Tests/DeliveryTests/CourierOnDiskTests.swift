import Alerting
import LinuxSystem
import Storage
import Testing
import TimeSeries

@testable import Delivery

/// A courier that ends at any moment, with the outbox that the daemon has.
@Suite struct CourierOnDiskTests {
  private static let sinks: [any NotificationSink] = [
    WebhookSink(name: "hook", url: .literal("http://x/")),
    SlackSink(name: "chat", url: .literal("http://x/"), options: SinkOptions()),
  ]
  private static let alerts = ["a", "b", "c"].map { Alert.sample($0) }

  private struct Life {
    let world = World()
    let state: StateDatabase
    let courier: Courier

    init(
      _ directory: String, answers: [String: (OutgoingRequest) -> DeliveryOutcome] = [:]
    ) throws {
      world.answers = answers
      state = try StateDatabase(directory: directory, now: World.start)
      courier = world.courier(outbox: Outbox(state))
      courier.start(sinks: CourierOnDiskTests.sinks)
    }

    func rows(_ table: String) throws -> Int64? {
      try state.database.query("SELECT count(*) FROM \(table)").first?.first?.integer
    }

    /// What a receiver would see, whatever the order.
    var seen: [String] {
      world.requests.map { request in
        let id = request.header("webhook-id") ?? ""
        return "\(request.sink) \(id) \(String(decoding: request.body, as: UTF8.self))"
      }.sorted()
    }
  }

  private static func always(_ status: Int) -> (OutgoingRequest) -> DeliveryOutcome {
    { _ in .answered(status: status) }
  }

  @Test func whatNobodyAnsweredIsSentAgainWordForWord() throws {
    try withTemporaryDirectory { directory in
      var first: [String] = []
      do {
        let life = try Life(directory)
        life.courier.notify(Self.alerts)
        // It stands beside the alerts.
        #expect(try life.rows("notification") == 0)
        #expect(try life.rows("alert") == 3)
        first = life.seen
      }
      #expect(first.count == 6)
      let life = try Life(directory)
      #expect(life.seen == first)
      #expect(life.courier.waitingCounts == ["hook": 3, "chat": 3])
    }
  }

  @Test func whatHasArrivedIsNotSentAgain() throws {
    try withTemporaryDirectory { directory in
      do {
        let life = try Life(directory, answers: ["hook": Self.always(200)])
        life.courier.notify(Self.alerts)
        // That something has arrived is written a moment later.
        life.world.pass(.seconds(1))
        #expect(life.courier.hasWrittenAll)
      }
      do {
        let life = try Life(directory, answers: ["chat": Self.always(200)])
        life.world.pass(.seconds(1))
        #expect(life.world.requests.map(\.sink) == ["chat", "chat", "chat"])
      }
      let life = try Life(directory)
      life.courier.confirm(firing: Set(Self.alerts.map(\.key)))
      #expect(life.seen.isEmpty)
      #expect(try life.rows("told") == 6)
      #expect(try life.rows("notification") == 0)
    }
  }

  @Test func whatFailedKeepsItsAttemptsAndTheOthersWaitBesideTheirAlerts() throws {
    try withTemporaryDirectory { directory in
      do {
        let life = try Life(directory, answers: ["hook": Self.always(500)])
        life.courier.notify(Self.alerts)
        life.world.pass(.seconds(10))
        let failed = life.courier.pending.filter { $0.attempts > 0 }
        #expect(!failed.isEmpty && failed.count < 6)
        #expect(try life.rows("notification") == Int64(failed.count))
      }
      let life = try Life(directory)
      #expect(life.courier.waitingCounts == ["hook": 3, "chat": 3])
      #expect(life.courier.pending.contains { $0.attempts > 0 })
    }
  }

  /// A row that says of a sink that it is to be told would tell it after every start.
  @Test func whatWasGivenUpStaysGivenUp() throws {
    try withTemporaryDirectory { directory in
      do {
        // A refusal for good.
        let life = try Life(
          directory, answers: ["hook": Self.always(400), "chat": Self.always(200)])
        life.courier.notify(Self.alerts)
        #expect(life.courier.waitingCounts == ["hook": 0, "chat": 0])
      }
      let life = try Life(directory)
      #expect(life.seen.isEmpty)
    }
  }

  /// One of the sinks knew of it: the other is told once the rules have worded it anew.
  @Test func anAlertThatWasDamagedOnDiskIsToldByTheRules() throws {
    try withTemporaryDirectory { directory in
      var first: [String] = []
      do {
        let life = try Life(directory, answers: ["chat": Self.always(200)])
        life.courier.notify(Self.alerts)
        life.world.pass(.seconds(1))
        first = life.seen.filter { $0.hasPrefix("hook") }
        try life.state.database.execute("UPDATE alert SET record = x'00' WHERE service = 'a'")
      }
      let life = try Life(
        directory, answers: ["hook": Self.always(200), "chat": Self.always(200)])
      #expect(life.world.records.contains { $0.contains("service a, alert memory_growth") })
      #expect(life.seen.count == 2)
      #expect(life.courier.wishedWords(within: .minutes(1)) == [])
      let keys = Set(Self.alerts.map(\.key))
      life.courier.confirm(firing: keys)
      #expect(life.courier.wishedWords(within: .minutes(1)) == [Self.alerts[0].key])
      life.courier.reword(Self.alerts[0])
      life.courier.confirm(firing: keys)
      #expect(life.courier.wishedWords(within: .minutes(1)) == [])
      #expect(life.seen == first)
    }
  }

  /// It changes before anybody was told: the old word is not sent, and the new one is not lost.
  @Test func theNewestStateIsWhatIsSent() throws {
    try withTemporaryDirectory { directory in
      do {
        let life = try Life(directory)
        life.courier.notify([.sample("a", severity: .warning)])
      }
      do {
        let life = try Life(directory)
        life.courier.notify([.sample("a", severity: .page)])
        life.courier.notify([.sample("a", .resolved, severity: .page)])
      }
      let life = try Life(
        directory, answers: ["hook": Self.always(200), "chat": Self.always(200)])
      #expect(life.world.requests.count == 2)
      #expect(
        life.seen.allSatisfy { $0.contains("resolved") || $0.contains("Resolved") }, "\(life.seen)")
      #expect(try life.rows("alert") == 0)
    }
  }
}
