/// The fifth pass: what suspects hold, by class.
struct HprofMembers: HprofLinkSink {
  /// One object that counts for a suspect.
  struct Member {
    var place: UInt32
    /// Of the suspect, and whether it is a member of it or held by one.
    var group: UInt16
    /// nil where only its own size counts.
    var retained: Int64?
  }

  struct Sum {
    var count = 0
    var bytes: Int64 = 0
  }

  /// By place.
  private let members: [Member]
  private(set) var sums: [UInt16: [HprofKind: Sum]] = [:]

  init(_ members: [Member]) {
    self.members = members.sorted { ($0.place, $0.group) < ($1.place, $1.group) }
  }

  func wants(_ place: Int) -> Bool { false }

  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int) {
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(members[middle].place) < place { low = middle + 1 } else { high = middle }
    }
    guard low < members.count, Int(members[low].place) == place else { return }
    let member = members[low]
    var sum = sums[member.group]?[kind] ?? Sum()
    sum.count += 1
    sum.bytes = sum.bytes.addingClamped(member.retained ?? Int64(bytes))
    sums[member.group, default: [:]][kind] = sum
  }

  mutating func refer(to place: Int, name: UInt64?) {}
  mutating func finish() {}
}
