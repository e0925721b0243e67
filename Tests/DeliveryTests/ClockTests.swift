import Alerting
import Testing
import TimeSeries

@testable import Delivery

/// The clock is set by hours while notifications wait.
@Suite struct ClockTests {
  let world = World()
  let outbox = MemoryOutbox()

  @Test(arguments: [48, 3, -3, -48] as [Int64])
  func whatWaitsGrowsNeitherOldNorYoung(hours: Int64) {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    world.answers["pager"] = { _ in .failed(reason: "connection refused") }
    courier.notify([.sample("a"), .sample("b")])
    world.pass(.minutes(30))
    let attempts = world.sent.count
    world.setClock(by: .hours(hours))
    courier.clockMoved(by: .hours(hours))
    #expect(world.sent.count <= attempts + 1)
    world.pass(.minutes(30))
    #expect(world.sent.count > attempts)
    world.answers["pager"] = { _ in .answered(status: 200) }
    world.pass(.minutes(10))
    #expect(outbox.rows == [])
    let delivered = world.events.filter { if case .delivered = $0 { true } else { false } }
    let givenUp = world.events.filter { if case .gaveUp = $0 { true } else { false } }
    #expect(delivered.count == 2 && givenUp.isEmpty)
  }

  @Test func theAgeLimitStillHoldsAfterAJump() {
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    world.answers["pager"] = { _ in .failed(reason: "connection refused") }
    courier.notify([.sample("a")])
    world.setClock(by: .hours(-5))
    courier.clockMoved(by: .hours(-5))
    world.pass(.hours(23))
    #expect(outbox.rows.count == 1)
    world.pass(.hours(2))
    #expect(outbox.rows == [])
  }

  @Test func aDiskThatCannotBeReadAtTheStartIsNotWrittenOver() {
    outbox.isFailing = false
    let earlier = world.courier(outbox: outbox)
    earlier.start(sinks: [PlainSink(name: "pager")])
    earlier.notify([.sample("old"), .sample("both")])
    let kept = outbox.rows
    outbox.isUnreadable = true
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    courier.notify([.sample("new"), .sample("both", .resolved)])
    #expect(outbox.rows == kept)
    #expect(world.records.contains { $0.contains("in memory alone") && $0.contains("bad block") })
    outbox.isUnreadable = false
    courier.notify([.sample("newer")])
    let rows = Set(outbox.rows.map { "\($0.key.service.text) \($0.status.rawValue)" })
    #expect(rows == ["old firing", "new firing", "both resolved", "newer firing"])
    #expect(world.records.last == "alerts that wait for delivery are on disk again")
  }

  @Test func aFileThatIsWrittenAnewHasWhatWaitedInTheOldOneAndWhatCameSince() throws {
    outbox.isFailing = false
    let earlier = world.courier(outbox: outbox)
    earlier.start(sinks: [PlainSink(name: "pager")])
    earlier.notify([.sample("old")])
    outbox.isUnreadable = true
    let courier = world.courier(outbox: outbox)
    courier.start(sinks: [PlainSink(name: "pager")])
    #expect(throws: MemoryOutbox.BadBlock.self) { try courier.readLate() }
    outbox.isUnreadable = false
    try courier.readLate()
    outbox.isFailing = true
    courier.notify([.sample("new")])
    outbox.isFailing = false
    try courier.writeAnew()
    #expect(outbox.rows.map(\.key.service.text).sorted() == ["new", "old"])
    #expect(courier.hasWrittenAll == false)
    let before = world.records.count
    courier.noteWrittenAnew()
    #expect(courier.hasWrittenAll)
    courier.noteWrittenAnew()
    #expect(
      Array(world.records[before...]) == ["alerts that wait for delivery are on disk again"])
    courier.notify([.sample("newer")])
    #expect(outbox.rows.count == 3)
  }
}
