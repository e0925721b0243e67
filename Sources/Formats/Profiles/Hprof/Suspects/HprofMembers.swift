/// The last pass: what suspects hold, by class.
struct HprofMembers: HprofLinkSink {
  struct Sum {
    var count = 0
    var bytes: Int64 = 0
  }

  /// Objects that hang on a suspect alone, by place.
  typealias Folded = (place: UInt32, group: UInt16)

  private let held: HprofHeld
  private let folded: [Folded]
  private(set) var sums: [UInt16: [HprofKind: Sum]] = [:]

  init(_ held: HprofHeld, folded: [Folded]) {
    self.held = held
    self.folded = folded.sorted { $0 < $1 }
  }

  func wants(_ place: Int) -> Bool { false }

  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int) {
    if let rank = held.members.rank(of: place) {
      let group = held.groups[Int(rank)]
      if group > 0 { add(Int64(held.retained[Int(rank)]) * 8, kind, group) }
    } else if let group = group(ofFolded: place) {
      add(Int64(bytes), kind, group)
    }
  }

  private func group(ofFolded place: Int) -> UInt16? {
    var (low, high) = (0, folded.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(folded[middle].place) < place { low = middle + 1 } else { high = middle }
    }
    return low < folded.count && Int(folded[low].place) == place ? folded[low].group : nil
  }

  private mutating func add(_ bytes: Int64, _ kind: HprofKind, _ group: UInt16) {
    sums[group, default: [:]][kind, default: Sum()].count += 1
    sums[group, default: [:]][kind, default: Sum()].bytes += bytes
  }

  mutating func refer(to place: Int, name: UInt64?) {}
  mutating func finish() {}
}

/// What counts for which suspect, by the rank of the object among those that the graph is of.
struct HprofHeld {
  let members: RankedSet
  /// `SuspectGroup`; 0 for none.
  let groups: ContiguousArray<UInt16>
  /// What would go with it, in steps of 8 bytes.
  let retained: ContiguousArray<UInt32>

  init(
    _ tree: DominatorTree, retained: ContiguousArray<Int64>, groups: ContiguousArray<UInt16>,
    members: RankedSet, count: Int
  ) {
    var groupOf = ContiguousArray<UInt16>(repeating: 0, count: count)
    var retainedBy = ContiguousArray<UInt32>(repeating: 0, count: count)
    for number in groups.indices.dropFirst() where groups[number] > 0 {
      let rank = Int(tree.objects[number])
      groupOf[rank] = groups[number]
      retainedBy[rank] = UInt32(clamping: retained[number] / 8)
    }
    self.members = members
    self.groups = groupOf
    self.retained = retainedBy
  }
}
