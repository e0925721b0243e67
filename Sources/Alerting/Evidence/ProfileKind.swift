/// What kind of profile a capture holds, named as `diff --json` names it.
package enum ProfileKind: String, Hashable, Sendable, CaseIterable {
  case pprof
  case jvmHistogram = "jvm_histogram"
  case hprof
  case nodeSnapshot = "node_snapshot"
  case tracemalloc
  case smaps

  /// What its file's name ends in; a file is gzip whatever its kind.
  package var fileExtension: String {
    switch self {
    case .pprof: "pb.gz"
    case .jvmHistogram: "txt.gz"
    case .hprof: "hprof.gz"
    case .nodeSnapshot: "heapsnapshot.gz"
    case .tracemalloc: "tracemalloc.gz"
    case .smaps: "smaps.gz"
    }
  }
}
