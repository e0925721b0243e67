import Foundation
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct SubdirectoryWatcherTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func make(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: false)
  }

  @Test func tellsInWhichDirectorySomethingCameOrWent() throws {
    try make("a")
    try make("b")
    let watcher = try SubdirectoryWatcher()
    let a = try #require(watcher.watch(path("a")))
    let b = try #require(watcher.watch(path("b")))
    let steps: [(String, () throws -> Void)] = [
      ("made", { try make("a/x") }),
      ("renamed", { try FileManager.default.moveItem(atPath: path("a/x"), toPath: path("a/y")) }),
      ("removed", { try FileManager.default.removeItem(atPath: path("a/y")) }),
    ]
    for (what, step) in steps {
      try step()
      let changes = watcher.takeChanges()
      #expect(changes.includes(a), "\(what)")
      #expect(!changes.includes(b), "\(what)")
      #expect(!watcher.takeChanges().includes(a), "told once")
    }
  }

  @Test func watchedAgainItIsTheSame() throws {
    let watcher = try SubdirectoryWatcher()
    let first = try #require(watcher.watch(folder.url.path))
    #expect(watcher.watch(folder.url.path) == first)
  }

  @Test func aDirectoryMadeAnewHasAnotherWatch() throws {
    try make("a")
    let watcher = try SubdirectoryWatcher()
    let first = try #require(watcher.watch(path("a")))
    try FileManager.default.removeItem(atPath: path("a"))
    #expect(watcher.takeChanges().includes(first), "its end is a change")
    #expect(watcher.watch(path("a")) == nil)
    try make("a")
    let second = try #require(watcher.watch(path("a")))
    #expect(second != first)
    try make("a/x")
    let changes = watcher.takeChanges()
    #expect(changes.includes(second))
    #expect(!changes.includes(first))
  }

  @Test func noMoreAreWatchedThanAllowed() throws {
    try make("a")
    try make("b")
    try make("c")
    let watcher = try SubdirectoryWatcher(maximumWatches: 2)
    let a = try #require(watcher.watch(path("a")))
    #expect(watcher.watch(path("b")) != nil)
    #expect(watcher.watch(path("c")) == nil)
    #expect(watcher.watch(path("a")) == a, "watched already")
    try FileManager.default.removeItem(atPath: path("a"))
    #expect(watcher.takeChanges().includes(a))
    #expect(watcher.watch(path("c")) != nil, "one has made room")
  }

  /// The kernel keeps a number of events and then says that there were more.
  @Test func whatTheKernelDidNotKeepMayBeAnywhere() throws {
    let limit = try String(
      contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let kept = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
    try #require(kept <= 1 << 17, "this test makes fs.inotify.max_queued_events directories")
    try make("busy")
    try make("quiet")
    let watcher = try SubdirectoryWatcher()
    _ = watcher.watch(path("busy"))
    let quiet = try #require(watcher.watch(path("quiet")))
    let inner = path("busy/x")
    for _ in 0...kept / 2 {
      _ = unsafe mkdir(inner, 0o755)
      _ = unsafe rmdir(inner)
    }
    #expect(watcher.takeChanges().includes(quiet))
    #expect(!watcher.takeChanges().includes(quiet))
  }
}
