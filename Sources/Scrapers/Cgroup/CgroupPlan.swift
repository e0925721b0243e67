internal import TimeSeries

/// What a sweep reads, in which order: parents before children.
struct CgroupPlan {
  /// A cgroup above services.
  struct Level {
    var node: CgroupNode
    /// Index among the levels; nil for the root.
    var parent: Int?
  }

  /// A service, or something beside services that takes part in their parent's account.
  struct Member {
    var node: CgroupNode
    /// Index among the levels.
    var parent: Int
  }

  var levels: [Level] = []
  var services: [Member] = []
  var bystanders: [Member] = []

  init() {}

  /// - Parameter isService: which of the candidates are services after all.
  init(_ top: CgroupNode, isService: (CgroupNode) -> Bool) {
    add(top, parent: nil, isService)
  }

  private mutating func add(
    _ node: CgroupNode, parent: Int?, _ isService: (CgroupNode) -> Bool
  ) {
    node.hasHeldServices = true
    levels.append(Level(node: node, parent: parent))
    let index = levels.count - 1
    for child in node.children {
      if isService(child) {
        services.append(Member(node: child, parent: index))
      } else if child.hasHeldServices || Self.hasService(below: child, isService) {
        add(child, parent: index, isService)
      } else {
        bystanders.append(Member(node: child, parent: index))
      }
    }
  }

  private static func hasService(
    below node: CgroupNode, _ isService: (CgroupNode) -> Bool
  ) -> Bool {
    node.children.contains { isService($0) || hasService(below: $0, isService) }
  }

  /// The cgroups that stand for services: recognised or named by the user, wanted, and without a
  /// service further down that counts by itself.
  static func candidates(_ top: CgroupNode) -> [(node: CgroupNode, identity: CgroupIdentity)] {
    var found: [(node: CgroupNode, identity: CgroupIdentity)] = []
    collect(top, &found)
    return found
  }

  /// Returns whether `node` or anything below it is a service, wanted or not.
  @discardableResult
  private static func collect(
    _ node: CgroupNode, _ found: inout [(node: CgroupNode, identity: CgroupIdentity)]
  ) -> Bool {
    var hasServiceBelow = false
    for child in node.children where collect(child, &found) { hasServiceBelow = true }
    switch node.selection {
    case .noService: return hasServiceBelow
    case .leftOut: return true
    case .watched(let identity):
      if !hasServiceBelow { found.append((node, identity)) }
      return true
    }
  }
}
