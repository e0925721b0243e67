internal import TimeSeries

/// A cgroup's count of OOM kills: `memory.events`, v1 `memory.oom_control`.
struct CgroupOOMCounter: ~Copyable {
  var file: CgroupFile
  /// As of the last reading; nil where the kernel does not tell.
  var kills: UInt64?
  var wasRead = false

  init(_ name: String) {
    file = CgroupFile(name)
  }
}

/// The files that account for one service, and who it is at present.
final class CgroupAccount {
  /// Full path of the cgroup's directory.
  let directory: String
  let identity: CgroupIdentity
  var service: ServiceName
  var invocation: CgroupInvocations.Invocation?
  var incarnation: Incarnation
  /// Whether `appeared` has yet to tell of it, or of what changed about it.
  var isAnnouncementDue = true

  /// Used nine tenths of its limit when last read. v1 alone.
  var isNearLimit = false

  /// `memory.current`, v1 `memory.usage_in_bytes`.
  var current: CgroupFile
  var stat = CgroupFile("memory.stat")
  var oomKills: CgroupOOMCounter
  /// v2 alone; v1 tells swap and limit in its `memory.stat`.
  var swap = CgroupFile("memory.swap.current")
  var max = CgroupFile("memory.max")
  var high = CgroupFile("memory.high")
  /// v1 alone; v2 tells it in its `memory.stat`.
  var kernel = CgroupFile("memory.kmem.usage_in_bytes")

  init(
    directory: String, isVersion1: Bool, identity: CgroupIdentity, service: ServiceName,
    incarnation: Incarnation
  ) {
    self.directory = directory
    self.identity = identity
    self.service = service
    self.incarnation = incarnation
    current = CgroupFile(isVersion1 ? "memory.usage_in_bytes" : "memory.current")
    oomKills = CgroupOOMCounter(isVersion1 ? "memory.oom_control" : "memory.events")
  }
}

/// The files of a cgroup above or beside services: it limits them and counts their OOM kills.
/// Version 2 alone.
final class CgroupLevel {
  let directory: String
  var oomKills = CgroupOOMCounter("memory.events")
  var max = CgroupFile("memory.max")
  var high = CgroupFile("memory.high")
  /// As of this sweep, for everything below.
  var effectiveMax = CgroupLimit.none
  var effectiveHigh = CgroupLimit.none

  init(directory: String) {
    self.directory = directory
  }
}
