import Alerting
import FoundationEssentials
import LinuxSystem
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// When the history of alerts comes to disk, and what happens where it cannot.
@Suite struct HistoryKeeperTests {
  private static let start = Timestamp(milliseconds: 1_795_341_600_000)

  private let folder: TemporaryFolder
  private let state: StateDatabase
  private let keeper: HistoryKeeper

  init() throws {
    folder = try TemporaryFolder()
    state = try StateDatabase(directory: folder.url.path, now: Self.start)
    keeper = HistoryKeeper(HistoryStore(state)) { _ in }
  }

  private func kill(at moment: Timestamp) {
    keeper.chronicle.note(
      KillRecord(service: ServiceName("api"), at: moment, count: 1, evidence: "seen"), in: nil)
    keeper.keep(at: moment)
  }

  private var killsOnDisk: Int {
    get throws { try HistoryStore(state).read().kills.count }
  }

  /// Makes the disk refuse what comes, until it is given back.
  private func takeDisk() throws {
    try state.database.execute(
      "CREATE TRIGGER refuse BEFORE INSERT ON oom_kill BEGIN SELECT RAISE(FAIL, 'refused'); END")
  }

  private func giveDisk() throws { try state.database.execute("DROP TRIGGER refuse") }

  @Test func whatFailedIsTriedAgainLaterAndLater() throws {
    try takeDisk()
    kill(at: Self.start)
    #expect(keeper.trouble?.since == Self.start)
    for second in 1...130 { keeper.keep(at: Self.start + .seconds(Double(second))) }
    try giveDisk()
    // The last tries came after 64 and 124 seconds.
    keeper.keep(at: Self.start + .seconds(183))
    #expect(keeper.trouble != nil)
    #expect(try killsOnDisk == 0)
    keeper.keep(at: Self.start + .seconds(184))
    #expect(keeper.trouble == nil)
    #expect(try killsOnDisk == 1)
  }

  @Test func aNewFileHasAllOfIt() throws {
    kill(at: Self.start)
    try takeDisk()
    kill(at: Self.start + .seconds(1))
    let now = Self.start + .seconds(2)
    #expect(try state.renew(at: now) { try keeper.writeAnew(at: now) } == nil)
    #expect(keeper.trouble != nil)
    keeper.noteWrittenAnew(at: now)
    #expect(keeper.trouble == nil)
    kill(at: Self.start + .seconds(3))
    let kills = try HistoryStore(state).read().kills
    #expect(kills.map(\.at) == [0, 1, 3].map { Self.start + .seconds($0) })
  }

  @Test func whereSomebodyElseCouldWriteItIsTriedAtOnce() throws {
    try takeDisk()
    kill(at: Self.start)
    keeper.diskWorks()
    keeper.keep(at: Self.start + .seconds(1))
    // It was too early.
    #expect(keeper.trouble?.since == Self.start)
    try giveDisk()
    keeper.keep(at: Self.start + .seconds(1.5))
    #expect(try killsOnDisk == 0)
    keeper.diskWorks()
    keeper.keep(at: Self.start + .seconds(1.6))
    #expect(keeper.trouble == nil)
    #expect(try killsOnDisk == 1)
  }
}
