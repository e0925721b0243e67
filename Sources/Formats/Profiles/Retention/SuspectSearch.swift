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

  /// What each of the findings holds itself, and what these hold: numbers, by the finding's place.
  func members(of findings: [Finding]) -> (members: [[UInt32]], contents: [[UInt32]]) {
    var place: [UInt32: Int] = [:]
    for (index, finding) in findings.enumerated() {
      if let last = finding.path.last { place[UInt32(last)] = index }
    }
    var members = [[UInt32]](repeating: [], count: findings.count)
    var contents = members
    // Number to the finding's place + 1, where it is a member.
    var memberOf: [UInt32: Int] = [:]
    for number in 1..<max(1, tree.dominators.count) {
      let dominator = tree.dominators[number]
      if let index = place[dominator], place[UInt32(number)] == nil {
        members[index].append(UInt32(number))
        memberOf[UInt32(number)] = index
      } else if let index = memberOf[dominator] {
        contents[index].append(UInt32(number))
      }
    }
    return (members, contents)
  }
}
