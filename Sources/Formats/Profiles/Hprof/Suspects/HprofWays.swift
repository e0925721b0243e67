internal import TimeSeries

/// The ways from what lives by itself to each suspect, and how they are told.
struct HprofWays {
  private static let toldKinds = 5

  private let findings: [SuspectSearch.Finding]
  /// Places in the table of addresses, by finding.
  private let paths: [[Int]]
  private let held: HprofHeld
  private let total: Int64
  private let unreachable: Int64
  /// What the fifth pass showed.
  var steps: HprofSteps?

  init(_ tree: DominatorTree, _ inner: HprofInner, share: Double, limit: Int) {
    let retained = tree.retained { Int64(inner.weights[Int($0)]) * 8 }
    let search = SuspectSearch(tree: tree, retained: retained)
    let findings = search.findings(share: share, limit: limit)
    let place = { (number: Int) in inner.members.position(ofRank: tree.objects[number]) }
    self.findings = findings
    paths = findings.map { $0.path.map(place) }
    held = HprofHeld(
      tree, retained: retained, groups: search.groups(of: findings), members: inner.members,
      count: inner.count)
    let weights = inner.weights.reduce(Int64(0)) { $0 + Int64($1) * 8 }
    total = weights + inner.unreachableBytes
    unreachable = total - retained[0]
  }

  /// The objects that the graph was of.
  var members: RankedSet { held.members }

  /// By object on a way: those that come next on some way.
  var next: [Int: Set<Int>] {
    var next: [Int: Set<Int>] = [:]
    for path in paths {
      for (from, to) in zip(path, path.dropFirst()) { next[from, default: []].insert(to) }
    }
    return next
  }

  var suspects: Set<Int> { Set(paths.compactMap(\.last)) }

  /// Counts what suspects hold, with the small objects that hang on them.
  func counting(folded: [Int: [UInt32]]) -> HprofMembers {
    var all: [HprofMembers.Folded] = []
    for (index, path) in paths.enumerated() {
      for place in path.last.flatMap({ folded[$0] }) ?? [] {
        all.append((place, SuspectGroup.members(index)))
      }
    }
    return HprofMembers(held, folded: all)
  }

  func told(
    _ sums: [UInt16: [HprofKind: HprofMembers.Sum]], _ inventory: HprofInventory
  ) -> HeapSuspects {
    HeapSuspects(
      kind: .hprof, takenAt: inventory.takenAt, bytes: total, objects: inventory.addresses.count,
      unreachableBytes: unreachable,
      suspects: findings.indices.map { index in
        let root = paths[index].first.map { inventory.addresses[$0] }
        return HeapSuspects.Suspect(
          bytes: findings[index].bytes, path: path(index, inventory),
          root: root.flatMap { inventory.roots[$0] }?.title ?? "",
          members: told(sums[SuspectGroup.members(index)] ?? [:], inventory),
          contents: told(sums[SuspectGroup.contents(index)] ?? [:], inventory))
      })
  }

  private func path(_ index: Int, _ inventory: HprofInventory) -> [HeapSuspects.Step] {
    let path = paths[index]
    return path.indices.map { position in
      let place = path[position]
      let following = position + 1 < path.count ? path[position + 1] : nil
      let field = following.flatMap { steps?.fields[place]?[$0] }
      return HeapSuspects.Step(
        name: steps?.kinds[place].map { name($0, inventory) } ?? "?",
        field: field.map(inventory.names.ofField))
    }
  }

  private func told(
    _ sums: [HprofKind: HprofMembers.Sum], _ inventory: HprofInventory
  ) -> [HeapSuspects.Members] {
    let all = sums.map { kind, sum in
      HeapSuspects.Members(name: name(kind, inventory), count: sum.count, bytes: sum.bytes)
    }
    return Array(all.sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }.prefix(Self.toldKinds))
  }

  private func name(_ kind: HprofKind, _ inventory: HprofInventory) -> String {
    switch kind {
    case .type(let id): "class " + inventory.names.ofClass(id)
    case .instance(let id), .objectArray(let id): inventory.names.ofClass(id)
    case .primitiveArray(let type): (HprofType.name(type) ?? "?") + "[]"
    }
  }
}

extension HprofRoot {
  /// What makes an object live: "a local variable of a thread".
  var title: String {
    switch self {
    case .unknown: "the JVM"
    case .jniGlobal: "a JNI global reference"
    case .jniLocal: "a JNI local reference"
    case .javaFrame: "a local variable of a thread"
    case .nativeStack: "native code"
    case .systemClass: "a system class"
    case .threadBlock: "a blocked thread"
    case .monitor: "a monitor that is held"
    case .thread: "a thread"
    }
  }
}
