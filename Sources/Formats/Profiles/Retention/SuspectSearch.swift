/// Finds in a dominator tree where memory gathers.
struct SuspectSearch {
  /// One object that holds much of the heap, and none of whose parts holds as much.
  struct Finding {
    /// Without what findings below it hold.
    var bytes: Int64
    /// Numbers from below 0 down to it.
    var path: [Int]
  }

  let tree: DominatorTree
  let retained: ContiguousArray<Int64>

  /// - Parameters:
  ///   - share: of all that is held, from which on a part counts.
  ///   - limit: how many are given, the largest.
  func findings(share: Double, limit: Int) -> [Finding] {
    let least = Int64((Double(retained[0]) * share).rounded(.up))
    guard least > 0 else { return [] }
    // Dominators come before what they dominate, so one pass knows the rest of each.
    var rest: [Int: Int64] = [:]
    for number in 1..<max(1, retained.count) where retained[number] >= least {
      rest[number, default: 0] += retained[number]
      rest[Int(tree.dominators[number]), default: 0] -= retained[number]
    }
    let chosen = rest.filter { $0.key > 0 && $0.value >= least }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return chosen.prefix(limit).map { Finding(bytes: $0.value, path: path(to: $0.key)) }
  }

  private func path(to number: Int) -> [Int] {
    var path: [Int] = []
    var current = number
    while current != 0 {
      path.append(current)
      current = Int(tree.dominators[current])
    }
    return path.reversed()
  }

  /// Number to the group that it counts for, 0 for none: what a finding holds itself, and what is held
  /// by that (`SuspectGroup`).
  func groups(of findings: [Finding]) -> ContiguousArray<UInt16> {
    var groups = ContiguousArray<UInt16>(repeating: 0, count: tree.dominators.count)
    var finding: [UInt32: Int] = [:]
    for (index, each) in findings.enumerated() {
      if let last = each.path.last { finding[UInt32(last)] = index }
    }
    // Dominators come before what they dominate.
    for number in groups.indices.dropFirst() where finding[UInt32(number)] == nil {
      let dominator = tree.dominators[number]
      if let index = finding[dominator] {
        groups[number] = SuspectGroup.members(index)
      } else if let index = SuspectGroup.owner(ofMember: groups[Int(dominator)]) {
        groups[number] = SuspectGroup.contents(index)
      }
    }
    return groups
  }
}

/// The numbers of the groups that are counted for each finding.
enum SuspectGroup {
  static func members(_ finding: Int) -> UInt16 { UInt16(2 * finding + 1) }
  static func contents(_ finding: Int) -> UInt16 { UInt16(2 * finding + 2) }
  static func owner(ofMember group: UInt16) -> Int? { group % 2 == 1 ? Int(group) / 2 : nil }
}
