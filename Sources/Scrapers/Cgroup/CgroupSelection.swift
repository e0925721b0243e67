/// Which cgroups are watched: every service and container, less what the globs leave out.
struct CgroupSelection {
  enum Verdict {
    case watched(CgroupIdentity)
    /// A service, but not one that the user wants to watch.
    case leftOut
    case noService
  }

  private let include: [CgroupGlob]
  private let exclude: [CgroupGlob]

  init(include: [String], exclude: [String]) {
    self.include = include.map { CgroupGlob($0) }
    self.exclude = exclude.map { CgroupGlob($0) }
  }

  func verdict(_ path: String) -> Verdict {
    let isExcluded = exclude.contains { $0.matches(path) }
    let isNamed = include.contains { $0.matches(path) }
    if let identity = CgroupIdentity(path: path) {
      return !isExcluded && (include.isEmpty || isNamed) ? .watched(identity) : .leftOut
    }
    if isNamed, !isExcluded, let identity = CgroupIdentity(named: path) {
      return .watched(identity)
    }
    return .noService
  }
}
