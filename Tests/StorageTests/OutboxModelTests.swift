import Alerting
import Storage
import TestSupport
import Testing
import TimeSeries

/// What waits stands in rows of its own or beside its alert: nobody who asks for it can tell which.
@Suite struct OutboxModelTests {
  /// What must be on disk, in dictionaries.
  private struct Model {
    var waiting: [QueuedNotification] = []
    var told: [QueuedNotification.Slot: ToldAlert] = [:]
    var alerts: [AlertEpisode: Alert] = [:]

    mutating func apply(_ change: OutboxChange) {
      for one in change.kept {
        if let index = waiting.firstIndex(where: { $0.slot == one.slot }) {
          waiting[index] = one
        } else {
          waiting.append(one)
        }
      }
      for one in change.removed {
        waiting.removeAll { $0.id == one.id && $0.slot == one.slot }
      }
      for one in change.told { told[one.slot] = one }
      for slot in change.untold { told[slot] = nil }
      for alert in change.alerts { alerts[alert.identity] = alert }
      for identity in change.forgotten { alerts[identity] = nil }
    }

    var content: OutboxContent {
      OutboxContent(waiting: waiting, told: Array(told.values), alerts: Array(alerts.values))
    }
  }

  /// Makes changes such as a courier makes, and such as none would.
  private struct Chance {
    var generator: SeededGenerator
    var count = 0

    mutating func happens(_ probability: Double) -> Bool {
      Double.random(in: 0..<1, using: &generator) < probability
    }

    mutating func sink() -> String { happens(0.5) ? "a sink" : "b" }

    mutating func alert() -> Alert {
      count += 1
      let service = ServiceName("s\(Int.random(in: 0..<3, using: &generator))")
      return Alert(
        key: AlertKey(service: service, kind: .oomKill),
        status: happens(0.7) ? .firing : .resolved, severity: happens(0.5) ? .page : .ticket,
        episode: EpisodeID(text: happens(0.7) ? "ep-1" : "ep-2"), host: "h",
        startedAt: OutboxTests.now, at: OutboxTests.now + .seconds(Double(count)),
        summary: "word \(count)", description: ServiceDescription(name: service))
    }

    mutating func notification(of alert: Alert, to sink: String) -> QueuedNotification {
      count += 1
      // Newer words may have the same name.
      var id = "\(sink.prefix(1))-\(alert.key.service)-\(alert.episode)"
      if happens(0.6) { id += happens(0.9) ? "-\(count)" : " \(count)" }
      var one = QueuedNotification(
        id: id, sink: sink, of: alert,
        message: happens(0.8)
          ? .alert(alert) : .words(Array("words \(count)".utf8), format: "plain"),
        queuedAt: OutboxTests.now + .seconds(Double(count)))
      if happens(0.2) { one.nextAttempt = one.queuedAt + .seconds(30) }
      if happens(0.1) { (one.attempts, one.lastFailure) = (1, "refused") }
      return one
    }

    mutating func change(_ model: Model) -> OutboxChange {
      var change = OutboxChange()
      while happens(0.5) { change.alerts.append(alert()) }
      for alert in change.alerts {
        for sink in ["a sink", "b"] where happens(0.7) {
          change.kept.append(notification(of: alert, to: sink))
        }
      }
      while happens(0.2) {
        let older = model.alerts.values.min { $0.summary < $1.summary } ?? alert()
        change.kept.append(notification(of: happens(0.5) ? older : alert(), to: sink()))
      }
      if happens(0.1) { change.kept.shuffle(using: &generator) }
      for one in model.waiting + change.kept where happens(0.3) {
        change.removed.append(one)
        if happens(0.8) { change.told.append(told(one.slot)) }
      }
      if happens(0.1) { change.removed.append(notification(of: alert(), to: sink())) }
      if happens(0.1), let one = model.waiting.last { change.told.append(told(one.slot)) }
      for slot in model.told.keys where happens(0.2) { change.untold.append(slot) }
      for identity in model.alerts.keys where happens(0.1) { change.forgotten.append(identity) }
      return change
    }

    private mutating func told(_ slot: QueuedNotification.Slot) -> ToldAlert {
      ToldAlert(slot: slot, severity: .page, at: OutboxTests.now, isCertain: happens(0.5))
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func itIsSeveralDictionariesByAnotherName(seed: UInt64) throws {
    try withTemporaryDirectory { directory in
      var chance = Chance(generator: SeededGenerator(seed: seed))
      var model = Model()
      var state = try StateDatabase(directory: directory, now: OutboxTests.now)
      var outbox = Outbox(state)
      for step in 0..<60 {
        if chance.happens(0.1) {
          state = try StateDatabase(directory: directory, now: OutboxTests.now)
          outbox = Outbox(state)
        }
        if chance.happens(0.05) {
          try outbox.replace(with: model.content)
        } else if chance.happens(0.15) {
          for index in model.waiting.indices where chance.happens(0.5) {
            model.waiting[index].attempts += 1
            model.waiting[index].lastFailure = "500"
            try outbox.postpone([model.waiting[index]])
          }
        } else {
          let change = chance.change(model)
          try outbox.apply(change)
          model.apply(change)
        }
        // By another, which knows nothing but what is on disk.
        let content = try Outbox(state).content()
        try #require(content.waiting == model.waiting, "step \(step)")
        try #require(Set(content.told) == Set(model.told.values), "step \(step)")
        try #require(Set(content.alerts) == Set(model.alerts.values), "step \(step)")
        try #require(content.damaged.isEmpty)
      }
    }
  }
}
