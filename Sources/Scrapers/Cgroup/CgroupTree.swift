internal import LinuxSystem

/// Follows the directories of a hierarchy from sweep to sweep.
///
/// A refresh costs one stat(2) for each directory; the link count tells which have subdirectories.
/// These are listed, and the listing itself carries the inode numbers that give a recreated cgroup
/// away. Where the kernel tells of what comes and goes, a directory is listed only after it did, or
/// when anything else says so: another number of subdirectories, or a child whose files have ended.
/// Of the services that have nothing below them, the many, only every sixteenth is looked at in turn:
/// its end shows in its parent's listing, and that it begins to have services of its own is rare.
final class CgroupTree {
  let top: CgroupNode
  private let root: String
  private let selection: CgroupSelection
  private let maximumGroups: Int
  /// nil where nothing tells of changes.
  private let watcher: SubdirectoryWatcher?
  /// What it told of in this refresh.
  private var changes = SubdirectoryWatcher.Changes.perhapsAll
  private var lastID: UInt64 = 0
  private(set) var groupCount = 0
  /// How often the tree was refreshed.
  private(set) var refreshes: UInt64 = 0
  /// Directories that could not be listed in the last refresh.
  private(set) var failures: [SystemError] = []
  /// Whether groups were left out in the last refresh because there are too many.
  private(set) var isOverLimit = false
  private var hasChanged = false

  init(
    root: String, selection: CgroupSelection, maximumGroups: Int, watcher: SubdirectoryWatcher?
  ) {
    self.root = root
    self.selection = selection
    self.maximumGroups = maximumGroups
    self.watcher = watcher
    top = CgroupNode(
      id: 0, name: "", path: "", inode: 0, foundIn: 0, selection: .noService)
  }

  /// Returns whether any cgroup came or went.
  func refresh() -> Bool {
    refreshes += 1
    failures = []
    isOverLimit = false
    hasChanged = false
    if let watcher { changes = watcher.takeChanges() }
    refresh(top)
    return hasChanged
  }

  private func refresh(_ node: CgroupNode) {
    if mayRest(node) { return }
    do throws(SystemError) {
      let attributes = try FileAttributes(of: root + node.path)
      if node.changedAt == nil { node.changedAt = attributes.changedAt }
      if attributes.linkCount == 2, node.children.isEmpty { return }
      if !isAsListed(node, attributes) { try list(node) }
    } catch {
      // What ended since its parent was listed is noticed at the next listing.
      if !error.isMissing || node === top { failures.append(error) }
    }
    for child in node.children { refresh(child) }
  }

  /// A service is looked at in each of its first refreshes, while it is being set up.
  private func mayRest(_ node: CgroupNode) -> Bool {
    guard case .watched = node.selection, node.children.isEmpty else { return false }
    return refreshes - node.foundIn >= 16 && (refreshes &+ node.id) % 16 != 0
  }

  /// Whether everything says that the children are those of the last listing. A link count that is
  /// not of this kind, a listing that was cut short and a watch that has ended say no.
  private func isAsListed(_ node: CgroupNode, _ attributes: FileAttributes) -> Bool {
    guard let watch = node.watch, !changes.includes(watch) else { return false }
    return attributes.linkCount == UInt64(node.children.count) + 2
      && node.children.allSatisfy { !$0.isDead }
  }

  /// Watched first: what comes in between is then told of next time. A listing that failed is not
  /// relied on.
  private func list(_ node: CgroupNode) throws(SystemError) {
    let path = root + node.path
    node.watch = nil
    let watch = watcher?.watch(path)
    merge(try DirectoryEntry.list(path, .directory), into: node)
    node.watch = watch
  }

  private func merge(_ entries: [DirectoryEntry], into node: CgroupNode) {
    if isSame(entries, as: node.children) { return }
    hasChanged = true
    let known = Dictionary(node.children.map { ($0.name, $0) }) { first, _ in first }
    var children: [CgroupNode] = []
    for entry in entries {
      if let child = known[entry.name], child.inode == entry.inode, !child.isDead {
        children.append(child)
      } else if let child = make(entry, below: node) {
        children.append(child)
      }
    }
    let kept = Set(children.map(\.id))
    for child in node.children where !kept.contains(child.id) { groupCount -= size(child) }
    node.children = children
  }

  /// cgroupfs lists in the same order as long as nothing changes.
  private func isSame(_ entries: [DirectoryEntry], as children: [CgroupNode]) -> Bool {
    guard entries.count == children.count else { return false }
    return zip(entries, children).allSatisfy { entry, child in
      entry.inode == child.inode && !child.isDead && entry.name == child.name
    }
  }

  private func make(_ entry: DirectoryEntry, below node: CgroupNode) -> CgroupNode? {
    if groupCount >= maximumGroups {
      isOverLimit = true
      return nil
    }
    groupCount += 1
    lastID += 1
    let path = node.path + "/" + entry.name
    return CgroupNode(
      id: lastID, name: entry.name, path: path, inode: entry.inode, foundIn: refreshes,
      selection: selection.verdict(path))
  }

  private func size(_ node: CgroupNode) -> Int {
    1 + node.children.reduce(0) { $0 + size($1) }
  }
}
