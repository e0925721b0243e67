import Foundation
import Glibc
import Testing

@testable import LinuxSystem
@testable import Scrapers

/// A folder for directories alone: of a plain file system, or of one of the kernel's hierarchies.
private final class DirectoryTree {
  let root: String

  init(in parent: String) throws {
    root = "\(parent)/leakwatch-test-tree-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
  }

  deinit { try? remove("") }

  func make(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: root + path, withIntermediateDirectories: true)
  }

  /// With everything below. The files of a cgroup go with their directory.
  func remove(_ path: String) throws {
    for child in try DirectoryEntry.list(root + path, .directory) {
      try remove(path + "/" + child.name)
    }
    try #require(unsafe rmdir(root + path) == 0)
  }

  /// Another directory under the same name. A plain file system would give its number to it at once, so
  /// the one before stays elsewhere for a while; cgroupfs never does.
  func makeAnew(_ path: String) throws {
    if FileSystemKind.isCgroup(root) {
      try remove(path)
      try make(path)
    } else {
      let grave = root + "-grave"
      try FileManager.default.moveItem(atPath: root + path, toPath: grave)
      try make(path)
      try FileManager.default.removeItem(atPath: grave)
    }
  }

  /// Of the kernel, where this user may make cgroups.
  static let hierarchies = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"]
    .filter { FileSystemKind.isCgroup($0) && FileManager.default.isWritableFile(atPath: $0) }
  static let plain = FileManager.default.temporaryDirectory.path
  static let places = [plain] + hierarchies
}

@Suite struct CgroupTreeTests {
  private func tree(_ directories: DirectoryTree, isWatched: Bool = true) throws -> CgroupTree {
    CgroupTree(
      root: directories.root, selection: CgroupSelection(include: [], exclude: []),
      maximumGroups: 100, watcher: isWatched ? try SubdirectoryWatcher() : nil)
  }

  private func paths(_ tree: CgroupTree) -> Set<String> {
    func below(_ node: CgroupNode) -> [String] {
      node.children.flatMap { [$0.path] + below($0) }
    }
    return Set(below(tree.top))
  }

  private func inode(_ tree: CgroupTree, _ path: String) -> UInt64? {
    var node = tree.top
    for name in path.split(separator: "/") {
      guard let child = node.children.first(where: { $0.name == name }) else { return nil }
      node = child
    }
    return node.inode
  }

  @Test(arguments: DirectoryTree.places, [true, false])
  func whatComesAndGoesIsSeenAtOnce(place: String, isWatched: Bool) throws {
    let directories = try DirectoryTree(in: place)
    try directories.make("/a.slice/b.service")
    let tree = try tree(directories, isWatched: isWatched)
    #expect(tree.refresh())
    #expect(paths(tree) == ["/a.slice", "/a.slice/b.service"])
    #expect(!tree.refresh())
    try directories.make("/a.slice/c.service")
    #expect(tree.refresh())
    #expect(paths(tree) == ["/a.slice", "/a.slice/b.service", "/a.slice/c.service"])
    try directories.make("/d.service")
    try directories.remove("/a.slice/b.service")
    #expect(tree.refresh())
    #expect(paths(tree) == ["/a.slice", "/a.slice/c.service", "/d.service"])
    try directories.remove("/a.slice")
    #expect(tree.refresh())
    #expect(paths(tree) == ["/d.service"])
    #expect(!tree.refresh())
  }

  /// The link count of the directory above is then that of before.
  @Test(arguments: DirectoryTree.places, [true, false])
  func oneInThePlaceOfAnotherIsSeenAtOnce(place: String, isWatched: Bool) throws {
    let directories = try DirectoryTree(in: place)
    try directories.make("/a.slice/b.service")
    try directories.make("/a.slice/c.service")
    let tree = try tree(directories, isWatched: isWatched)
    _ = tree.refresh()
    try directories.remove("/a.slice/b.service")
    try directories.make("/a.slice/d.service")
    #expect(tree.refresh())
    #expect(paths(tree) == ["/a.slice", "/a.slice/c.service", "/a.slice/d.service"])
    let before = try #require(inode(tree, "/a.slice/c.service"))
    try directories.makeAnew("/a.slice/c.service")
    #expect(tree.refresh())
    #expect(inode(tree, "/a.slice/c.service") != before)
  }

  /// Directories that have no files of ours open, in one another.
  @Test(
    .enabled(if: !DirectoryTree.hierarchies.isEmpty, "this user may not make cgroups here"),
    arguments: DirectoryTree.hierarchies)
  func wholeBranchesMadeAnewAreSeenAtOnce(hierarchy: String) throws {
    let directories = try DirectoryTree(in: hierarchy)
    let branches = ["/a.slice/b.slice/c.service", "/d.slice/e.slice/f.service"]
    for branch in branches { try directories.make(branch) }
    let tree = try tree(directories)
    _ = tree.refresh()
    let before = branches.map { inode(tree, $0) }
    try directories.remove("/a.slice/b.slice")
    try directories.remove("/d.slice")
    for branch in branches { try directories.make(branch) }
    #expect(tree.refresh())
    let after = branches.map { inode(tree, $0) }
    #expect(!before.contains(nil) && !after.contains(nil))
    #expect(zip(before, after).allSatisfy { $0 != $1 })
    try directories.make("/d.slice/e.slice/g.service")
    #expect(tree.refresh(), "the new branch is watched like the one before")
    #expect(paths(tree).contains("/d.slice/e.slice/g.service"))
  }

  /// Its parent is listed anew though nothing else says so.
  @Test func aCgroupWhoseFilesEndedIsLookedForAgain() throws {
    let directories = try DirectoryTree(in: DirectoryTree.plain)
    try directories.make("/a.slice/b.service")
    let tree = try tree(directories)
    _ = tree.refresh()
    let dead = tree.top.children[0].children[0]
    dead.isDead = true
    #expect(tree.refresh())
    #expect(tree.top.children[0].children[0] !== dead)
    #expect(!tree.refresh())
  }

  @Test func whatWasLeftOutIsTakenInWhenThereIsRoom() throws {
    let directories = try DirectoryTree(in: DirectoryTree.plain)
    for name in ["a", "b", "c"] { try directories.make("/\(name).service") }
    let tree = CgroupTree(
      root: directories.root, selection: CgroupSelection(include: [], exclude: []),
      maximumGroups: 2, watcher: try SubdirectoryWatcher())
    _ = tree.refresh()
    #expect(tree.isOverLimit)
    _ = tree.refresh()
    #expect(tree.isOverLimit, "told as long as it is so")
    let kept = paths(tree)
    try directories.remove(try #require(kept.first))
    _ = tree.refresh()
    _ = tree.refresh()
    #expect(!tree.isOverLimit)
    #expect(tree.groupCount == 2)
  }

  /// The kernel tells of each listing itself: reading a directory is an access to it, of which its
  /// parent's watch hears too.
  @Test(arguments: DirectoryTree.places)
  func aQuietDirectoryIsNotListed(place: String) throws {
    let directories = try DirectoryTree(in: place)
    try directories.make("/a.slice/x.service")
    try directories.make("/b.slice/y.service")
    let tree = try tree(directories)
    for _ in 0..<20 { _ = tree.refresh() }

    let reads = try InotifyQueue()
    let names = Dictionary(
      uniqueKeysWithValues: try ["/a.slice", "/b.slice"].map { name in
        (try reads.watch(directories.root + name, for: UInt32(IN_ACCESS)), name)
      })
    func listed() -> [String] {
      var all: Set<String> = []
      reads.drain { watch, _ in all.insert(names[watch] ?? "?") }
      return all.sorted()
    }

    for _ in 0..<20 { #expect(!tree.refresh()) }
    #expect(listed() == [])
    try directories.make("/b.slice/z.service")
    #expect(tree.refresh())
    #expect(listed() == ["/b.slice"])
    for _ in 0..<20 { #expect(!tree.refresh()) }
    #expect(listed() == [])
    // The measure itself can see a listing.
    _ = try DirectoryEntry.list(directories.root + "/a.slice", .directory)
    #expect(listed() == ["/a.slice"])
  }
}
