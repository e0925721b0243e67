internal import LinuxSystem
internal import TimeSeries

/// One directory of the cgroup tree, for as long as it is the same cgroup: a directory that was
/// removed and made again under the same name is another node.
final class CgroupNode {
  /// Unique within one tree, never reused.
  let id: UInt64
  let name: String
  /// "/system.slice/api.service"; "" for the root.
  let path: String
  let inode: UInt64
  /// The refresh of the tree that found it, from 1.
  let foundIn: UInt64
  let selection: CgroupSelection.Verdict

  var children: [CgroupNode] = []
  /// On what comes and goes in it, since before its last listing; nil where nothing tells.
  var watch: SubdirectoryWatcher.Watch?
  /// ctime when first looked at: the kernel sets it when the directory is made.
  var changedAt: Timestamp?
  /// Its kept files say that the cgroup is gone, whatever the directory looks like.
  var isDead = false

  /// Has had services below it. It stays in the plan then: what drops out of the plan would seem
  /// to have vanished, and its OOM kills could be blamed on it.
  var hasHeldServices = false

  var account: CgroupAccount?
  var level: CgroupLevel?

  init(
    id: UInt64, name: String, path: String, inode: UInt64, foundIn: UInt64,
    selection: CgroupSelection.Verdict
  ) {
    self.id = id
    self.name = name
    self.path = path
    self.inode = inode
    self.foundIn = foundIn
    self.selection = selection
  }
}
