/// The second pass: how large each object is, and which of them hang on one other alone.
///
/// Most objects of a heap, the arrays in its strings first, refer to nothing and are referred to once.
/// They go where their holder goes, so their size is added to it and the graph does without them.
struct HprofIncoming: HprofLinkSink {
  private static let nobody: UInt32 = 0
  private static let many = UInt32.max

  /// In steps of 8 bytes: up to 32 GiB for an object.
  private var steps: ContiguousArray<UInt32>
  /// The one object that refers to it, its place + 1; `nobody` or `many`.
  private var holders: ContiguousArray<UInt32>
  private var referring: RankedSet
  private var current = 0
  private var hasReferred = false
  private(set) var referenceCount = 0

  init(objects: Int) {
    steps = ContiguousArray(repeating: 0, count: objects)
    holders = ContiguousArray(repeating: Self.nobody, count: objects)
    referring = RankedSet(positions: objects)
  }

  func wants(_ place: Int) -> Bool { true }

  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int) {
    current = place
    hasReferred = false
    steps[place] = UInt32(clamping: bytes / 8)
  }

  mutating func refer(to place: Int, name: UInt64?) {
    referenceCount += 1
    hasReferred = true
    if place == current { return }
    let holder = UInt32(current + 1)
    switch holders[place] {
    case Self.nobody: holders[place] = holder
    case holder: break
    default: holders[place] = Self.many
    }
  }

  mutating func finish() {
    if hasReferred { referring.insert(current) }
  }

  /// - Parameter isRoot: whether an object lives by itself.
  consuming func inner(isRoot: (Int) -> Bool) -> HprofInner {
    var members = RankedSet(positions: holders.count)
    var dropped: Int64 = 0
    var folded = 0
    for place in holders.indices {
      if referring.contains(place) || holders[place] == Self.many || isRoot(place) {
        members.insert(place)
      } else if holders[place] == Self.nobody {
        dropped += Int64(steps[place]) * 8
      } else {
        folded += 1
      }
    }
    let count = members.rank()
    var weights = ContiguousArray<UInt32>(repeating: 0, count: count)
    for place in holders.indices {
      if let rank = members.rank(of: place) {
        weights[Int(rank)] = weights[Int(rank)].addingClamped(steps[place])
      } else if holders[place] != Self.nobody,
        let holder = members.rank(of: Int(holders[place]) - 1)
      {
        weights[Int(holder)] = weights[Int(holder)].addingClamped(steps[place])
      }
    }
    return HprofInner(
      members: members, count: count, weights: weights, unreachableBytes: dropped,
      references: referenceCount - folded)
  }
}

/// The objects that the graph is of, and what each weighs with what was folded into it.
struct HprofInner {
  /// Places in the table of addresses; an object's rank is its name in the graph.
  let members: RankedSet
  let count: Int
  /// By rank, in steps of 8 bytes.
  let weights: ContiguousArray<UInt32>
  /// Of objects that nothing refers to.
  let unreachableBytes: Int64
  /// Between members, at most.
  let references: Int
}

extension UInt32 {
  fileprivate func addingClamped(_ other: UInt32) -> UInt32 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}
