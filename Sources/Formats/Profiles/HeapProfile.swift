package import TimeSeries

/// The kinds of heap profiles that can be read, named as `diff --json` names them.
package enum HeapProfileKind: String, Hashable, Sendable, CaseIterable {
  case pprof
  case jvmHistogram = "jvm_histogram"
  case hprof
  case nodeSnapshot = "node_snapshot"
  case tracemalloc
  case smaps

  /// For a sentence: "a pprof profile".
  package var title: String {
    switch self {
    case .pprof: "pprof profile"
    case .jvmHistogram: "JVM class histogram"
    case .hprof: "JVM heap dump"
    case .nodeSnapshot: "Node heap snapshot"
    case .tracemalloc: "tracemalloc snapshot"
    case .smaps: "list of mappings (smaps)"
    }
  }
}

/// What a profile measures, in the profile's own words; nil where it does not measure that.
package struct ProfileMeasures: Hashable, Sendable {
  /// Bytes in use: "inuse_space", "space", "shallow size".
  package var bytes: String?
  /// Objects in use: "inuse_objects", "goroutine", "instances".
  package var objects: String?
  /// All bytes ever allocated: "alloc_space".
  package var allocatedBytes: String?
  /// Mean bytes between two sampled allocations; nil where every object is counted.
  package var samplingPeriodBytes: Double?

  package init(bytes: String? = nil, objects: String? = nil) {
    self.bytes = bytes
    self.objects = objects
  }
}

/// Memory in use, by the stack that allocated it or the class that it belongs to.
///
/// Kinds without stacks have one frame in each: the class, the constructor.
package struct HeapProfile: Sendable {
  package let kind: HeapProfileKind
  package internal(set) var measures: ProfileMeasures
  /// By the profile's own word; nil where it says nothing.
  package internal(set) var takenAt: Timestamp?
  /// What was allocated before is not in it; nil where the profile has everything or does not say.
  package internal(set) var tracedSince: Timestamp?
  /// Its program; nil where the profile does not tell the build.
  package internal(set) var program: ProfileBuild?
  /// Those whose build it tells, in its order.
  package internal(set) var libraries: [ProfileBuild] = []
  /// Distinct.
  package internal(set) var frames: [ProfileFrame] = []
  /// Distinct by their frames.
  package internal(set) var stacks: [ProfileStack] = []

  /// Over all stacks.
  package var total: StackCounts {
    stacks.reduce(into: StackCounts()) { $0.add($1.counts) }
  }
}

package struct ProfileStack: Hashable, Sendable {
  /// Indices into `HeapProfile.frames`, the innermost first; never empty.
  package var frames: [Int32]
  package var counts: StackCounts
}

/// Figures of one stack. What the profile does not measure stays 0 and is never shown:
/// `ProfileMeasures` says what counts.
package struct StackCounts: Hashable, Sendable {
  package var bytes: Int64 = 0
  package var objects: Int64 = 0
  package var allocatedBytes: Int64 = 0

  package init(bytes: Int64 = 0, objects: Int64 = 0, allocatedBytes: Int64 = 0) {
    self.bytes = bytes
    self.objects = objects
    self.allocatedBytes = allocatedBytes
  }

  /// A sum that no input can make trap: it stays at the ends of Int64.
  package mutating func add(_ other: StackCounts) {
    bytes = bytes.addingClamped(other.bytes)
    objects = objects.addingClamped(other.objects)
    allocatedBytes = allocatedBytes.addingClamped(other.allocatedBytes)
  }
}

extension Int64 {
  package func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? (other > 0 ? .max : .min) : sum
  }

  package func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, overflowed) = subtractingReportingOverflow(other)
    return overflowed ? (other < 0 ? .max : .min) : difference
  }
}
