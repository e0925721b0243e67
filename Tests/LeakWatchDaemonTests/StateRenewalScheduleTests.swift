import Foundation
import LinuxSystem
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// How often a state file that has failed is tried to be written anew.
@Suite struct StateRenewalScheduleTests {
  private struct Refusal: Error {}

  private static let start = Timestamp(milliseconds: 1_795_341_600_000)

  private let folder: TemporaryFolder
  private let state: StateDatabase
  private let renewal: StateRenewal

  init() throws {
    folder = try TemporaryFolder()
    state = try StateDatabase(directory: folder.url.path, now: Self.start)
    renewal = StateRenewal(state)
  }

  private func damage() throws {
    try state.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("leakwatch.db"))
    let size = try file.seekToEnd()
    try file.seek(toOffset: 8192)
    try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 8192))
    try file.close()
    try state.database.execute("PRAGMA shrink_memory")
    #expect(throws: DatabaseError.self) { try SilenceStore(state).read() }
    #expect(state.suspicion?.reason == .damaged)
  }

  private func advance(
    _ seconds: Int64, isLast: Bool = false, _ write: () throws -> Void = { throw Refusal() }
  ) -> StateRenewal.Outcome {
    renewal.advance(
      at: Self.start + .seconds(Double(seconds)), isLast: isLast, prepare: {}, write: write)
  }

  @Test func aFileThatIsTrustedIsLeftAlone() {
    #expect(advance(0) == .none)
    #expect(advance(1, isLast: true) { Issue.record("nothing is to be written") } == .none)
  }

  @Test func theTriesComeAsFarApartAsTheFailureHasLasted() throws {
    try damage()
    let tried = (0..<260).filter { advance($0) == .failed }
    #expect(tried == [0, 1, 2, 4, 8, 16, 32, 64, 124, 184, 244])
    #expect(renewal.trouble?.since == Self.start)
    // Whoever stops does not wait.
    #expect(advance(260, isLast: true) == .failed)

    let kept = "\(folder.url.path)/leakwatch.db.damaged-\((Self.start.milliseconds / 1000) + 320)"
    #expect(advance(320) {} == .renewed(keptAs: kept, isWhole: false))
    #expect(renewal.trouble == nil && state.suspicion == nil)
    #expect(FileManager.default.fileExists(atPath: kept))
    #expect(try SilenceStore(state).read().silences.isEmpty)
    #expect(advance(321) == .none)
  }

  @Test func whatOnlyTheOldFileKnowsIsReadFirst() throws {
    try damage()
    let outcome = renewal.advance(
      at: Self.start, prepare: { throw Refusal() },
      write: { Issue.record("nothing is written before that is read") })
    #expect(outcome == .failed)
    #expect(state.suspicion != nil)
  }
}
