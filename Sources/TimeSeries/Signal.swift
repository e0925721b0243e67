/// What LeakWatch knows of a service, by meaning and not by the name that an exporter gives it.
///
/// Sizes are bytes, times seconds, names ending in `Total` are counters. The raw value is the
/// name in trace columns, configuration keys and JSON.
package enum Signal: String, CaseIterable, Hashable, Sendable {
  // The cgroup's own account (kernel: Documentation/admin-guide/cgroup-v2.rst, "memory").
  case memoryCurrent = "mem_current"
  case memoryAnon = "mem_anon"
  case memoryFile = "mem_file"
  case memoryInactiveFile = "mem_inactive_file"
  case memoryKernel = "mem_kernel"
  case memorySlabReclaimable = "mem_slab_reclaimable"
  case memoryShmem = "mem_shmem"
  case memorySock = "mem_sock"
  case memorySwap = "mem_swap"
  /// The effective limit: the least of `memory.max` over the ancestors and the host's RAM.
  case memoryLimit = "mem_max"
  /// The least `memory.high` over the ancestors; absent where none is set.
  case memoryHigh = "mem_high"
  case oomKillsTotal = "oom_kills_total"

  // The runtime's own account, through an exporter.
  case gcPauseSecondsTotal = "gc_pause_seconds_total"
  case gcCountTotal = "gc_count_total"
  /// Share of CPU time spent on garbage collection, 0 to 1, as two counters.
  case gcCPUSecondsTotal = "gc_cpu_seconds_total"
  case cpuSecondsTotal = "cpu_seconds_total"
  /// Heap in use as the exporter tells it; its floor is the live set where none is exported.
  case heapUsed = "heap_used_bytes"
  /// Heap that survived the last collection.
  case heapLive = "heap_live_bytes"
  case heapCommitted = "heap_committed_bytes"
  case heapLimit = "heap_max_bytes"
  /// Memory that the runtime holds outside the heap (direct buffers, external strings, …).
  case offHeap = "off_heap_bytes"
  case residentMemory = "rss_bytes"
  case requestsTotal = "requests_total"
  case startTimeSeconds = "start_time_seconds"
  case goroutines = "goroutines"
  case threads = "threads"
  case openFileDescriptors = "open_fds"
  case uncollectableObjects = "uncollectable_objects"

  // Computed from the cgroup's account, see `CgroupAccount`.
  /// What cAdvisor calls the working set: usage less inactive file pages.
  case workingSet = "working_set_bytes"
  /// What counts towards the limit and cannot be taken back from the service.
  case unreclaimable = "unreclaimable_bytes"
  case kernelUnreclaimable = "kernel_unreclaimable_bytes"

  /// Computed by LeakWatch from other signals, never read or named by a user.
  package var isDerived: Bool {
    switch self {
    case .workingSet, .unreclaimable, .kernelUnreclaimable: true
    default: false
    }
  }

  /// Counters only rise while one process lives; a fall is a reset.
  package var isCounter: Bool { rawValue.hasSuffix("_total") }
}
