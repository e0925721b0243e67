import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@Suite struct DirectoryWatcherTests {
  let folder: TemporaryFolder
  let loop: EventLoop

  init() throws {
    folder = try TemporaryFolder()
    loop = try EventLoop()
  }

  private func settle(_ limit: Double = 0.3) throws {
    let end = SystemClock.monotonic() + .seconds(limit)
    while SystemClock.monotonic() < end { try loop.turn(waitingAtMost: .seconds(0.02)) }
  }

  @Test func everyWayToChangeAFileIsTold() throws {
    var changes = 0
    let watcher = try DirectoryWatcher(loop: loop) { changes += 1 }
    try watcher.watch(folder.url.path)
    let file = folder.url.appendingPathComponent("targets.json")
    let steps: [(String, () throws -> Void)] = [
      ("written", { try Data("[]".utf8).write(to: file) }),
      ("renamed over", { try Data("[1]".utf8).write(to: file, options: .atomic) }),
      ("removed", { try FileManager.default.removeItem(at: file) }),
      (
        "linked",
        {
          try FileManager.default.createSymbolicLink(
            at: file, withDestinationURL: URL(fileURLWithPath: "/dev/null"))
        }
      ),
    ]
    for (what, step) in steps {
      let before = changes
      try step()
      try settle()
      #expect(changes > before, "\(what)")
    }
    let before = changes
    try settle()
    #expect(changes == before)
  }

  @Test func aDirectoryThatGoesIsNoLongerWatched() throws {
    let inner = folder.url.appendingPathComponent("inner").path
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    var changes = 0
    let watcher = try DirectoryWatcher(loop: loop) { changes += 1 }
    try watcher.watch(inner)
    #expect(watcher.watched == [inner])
    try FileManager.default.removeItem(atPath: inner)
    try settle()
    #expect(changes > 0)
    #expect(watcher.watched == [])
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    try watcher.watch(inner)
    try FileManager.default.moveItem(atPath: inner, toPath: inner + "-2")
    try settle()
    #expect(watcher.watched == [])
  }

  @Test func whatIsMissingOrNoDirectoryIsAnError() throws {
    let watcher = try DirectoryWatcher(loop: loop) {}
    let missing = folder.url.path + "/none"
    let error = #expect(throws: SystemError.self) { try watcher.watch(missing) }
    #expect(error?.isMissing == true)
    try Data().write(to: folder.url.appendingPathComponent("file"))
    #expect(throws: SystemError.self) { try watcher.watch(folder.url.path + "/file") }
  }
}
