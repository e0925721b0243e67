/// Which of the kernel's two cgroup interfaces a hierarchy speaks.
package enum CgroupVersion: String, Hashable, Sendable {
  case v1
  case v2
}

/// What `memory.stat` says of a cgroup and everything below it, in bytes; absent stays nil.
///
/// Sources: kernel Documentation/admin-guide/cgroup-v2.rst ("memory.stat") and
/// cgroup-v1/memory.rst ("stat file"; the hierarchical `total_…` keys).
package struct CgroupMemoryStat: Hashable, Sendable {
  /// v2 `anon`; v1 `total_rss`.
  package var anon: UInt64?
  /// v2 `file`, v1 `total_cache`: page cache, tmpfs and shared memory included.
  package var file: UInt64?
  package var inactiveFile: UInt64?
  /// v2 `kernel` (5.18); on older kernels the sum of its parts, if all are there. nil in v1.
  package var kernel: UInt64?
  /// nil in v1.
  package var slabReclaimable: UInt64?
  package var shmem: UInt64?
  /// nil in v1.
  package var sock: UInt64?
  /// v1 `total_swap`; in v2 a file of its own says it.
  package var swap: UInt64?
  /// v1 `hierarchical_memory_limit`, the least limit over the ancestors; nil where there is none.
  package var hierarchicalLimit: UInt64?

  package init() {}
}

/// Reads `memory.stat` of one version, many times over without allocating.
package struct CgroupMemoryStatParser: Sendable {
  private enum KeyV2: Int, CaseIterable {
    case anon, file, inactive_file, shmem, sock, kernel
    case kernel_stack, pagetables, sec_pagetables, percpu, vmalloc
    case slab, slab_reclaimable, slab_unreclaimable
  }

  private enum KeyV1: Int, CaseIterable {
    case total_rss, total_cache, total_inactive_file, total_shmem, total_swap
    case hierarchical_memory_limit
  }

  private let version: CgroupVersion
  private let parser: CgroupFlatKeyedParser
  /// As in the last text that had another than the one before it.
  private var order = CgroupLineOrder()
  private var values: [UInt64?]

  package init(_ version: CgroupVersion) {
    self.version = version
    let keys =
      version == .v2
      ? KeyV2.allCases.map { "\($0)" } : KeyV1.allCases.map { "\($0)" }
    parser = CgroupFlatKeyedParser(keys: keys)
    values = [UInt64?](repeating: nil, count: keys.count)
  }

  /// What the good lines say, and the first of the wanted lines that could not be read.
  package mutating func parse(
    _ text: Span<UInt8>
  ) -> (stat: CgroupMemoryStat, fault: CgroupFileFault?) {
    for slot in 0..<values.count { values[slot] = nil }
    let place = order.read(text, into: &values)
    let fault = parser.parse(text, from: place, into: &values)
    if place.isUnexpected { order = parser.order(of: text) }
    return (version == .v2 ? statV2() : statV1(), fault)
  }

  private func statV2() -> CgroupMemoryStat {
    var stat = CgroupMemoryStat()
    stat.anon = self[.anon]
    stat.file = self[.file]
    stat.inactiveFile = self[.inactive_file]
    stat.shmem = self[.shmem]
    stat.sock = self[.sock]
    stat.slabReclaimable = self[.slab_reclaimable]
    stat.kernel = self[.kernel] ?? kernelFromParts()
    return stat
  }

  /// Before `kernel` there were its parts. Those that every kernel since 5.11 lists must all be
  /// there; `vmalloc` (5.17) and `sec_pagetables` (6.1) count where they are.
  private func kernelFromParts() -> UInt64? {
    guard let stacks = self[.kernel_stack], let pageTables = self[.pagetables],
      let perCPU = self[.percpu], let slab = slab()
    else { return nil }
    let optional = [self[.vmalloc], self[.sec_pagetables]].compactMap(\.self)
    return ([stacks, pageTables, perCPU, slab] + optional).reduce(0, addClamped)
  }

  private func slab() -> UInt64? {
    if let slab = self[.slab] { return slab }
    guard let reclaimable = self[.slab_reclaimable],
      let unreclaimable = self[.slab_unreclaimable]
    else { return nil }
    return addClamped(reclaimable, unreclaimable)
  }

  private func statV1() -> CgroupMemoryStat {
    var stat = CgroupMemoryStat()
    stat.anon = self[.total_rss]
    stat.file = self[.total_cache]
    stat.inactiveFile = self[.total_inactive_file]
    stat.shmem = self[.total_shmem]
    stat.swap = self[.total_swap]
    stat.hierarchicalLimit = self[.hierarchical_memory_limit].flatMap { limit in
      limit < CgroupValue.firstUnlimitedV1 ? limit : nil
    }
    return stat
  }

  private subscript(key: KeyV2) -> UInt64? { values[key.rawValue] }
  private subscript(key: KeyV1) -> UInt64? { values[key.rawValue] }

  private func addClamped(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflowed) = left.addingReportingOverflow(right)
    return overflowed ? .max : sum
  }
}
