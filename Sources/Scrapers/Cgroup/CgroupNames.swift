internal import TimeSeries

/// Turns identities into the names that people know services by.
struct CgroupNames {
  /// Beginnings of container ids, the longest first.
  private let given: [(prefix: String, name: String)]

  init(given: [String: String]) {
    self.given = given.map { (prefix: $0.key, name: $0.value) }
      .filter { !$0.prefix.isEmpty }
      .sorted { ($1.prefix.utf8.count, $0.prefix) < ($0.prefix.utf8.count, $1.prefix) }
  }

  /// nil where only Kubernetes can tell and has not told yet, but may still do so.
  func name(
    _ identity: CgroupIdentity, _ kubernetes: KubernetesContainerNames, mayWait: Bool
  ) -> String? {
    var parts: [String] = []
    for part in identity.nameParts {
      switch part {
      case .text(let text): parts.append(text)
      case .container(let id, let podUID):
        if let name = given.first(where: { id.hasPrefix($0.prefix) })?.name {
          parts.append(name)
        } else if let podUID {
          guard let name = podContainer(id, podUID, kubernetes, mayWait) else { return nil }
          parts.append(name)
        } else {
          parts.append(String(id.prefix(12)))
        }
      }
    }
    return parts.joined(separator: "/")
  }

  private func podContainer(
    _ id: String, _ podUID: String, _ kubernetes: KubernetesContainerNames, _ mayWait: Bool
  ) -> String? {
    if let name = kubernetes.container(id) { return name }
    // kubelet makes the link a moment after the runtime makes the cgroup.
    if mayWait, !kubernetes.isEmpty { return nil }
    let pod = kubernetes.pod(podUID) ?? "pod\(podUID.prefix(8))"
    return "\(pod)/\(id.prefix(12))"
  }

  /// One cgroup that asks for a name.
  struct Claim {
    var id: UInt64
    var path: String
    var name: String
    /// Of the claims of one pod's container only the newest stands: the older cgroup is the
    /// previous life of the same container on its way out.
    var isPodContainer: Bool
  }

  /// Gives every claim a name of its own; a claim that gets none is not watched any more.
  ///
  /// Where several cgroups ask for one name, the one that had it in the last sweep keeps it, else
  /// the first by path gets it; each other one is told apart by its path: "api (b/api)".
  ///
  /// - Parameter holders: name to path, as of the last sweep.
  static func settle(_ claims: [Claim], holders: [String: String]) -> [UInt64: ServiceName] {
    var names: [UInt64: ServiceName] = [:]
    for (name, rivals) in Dictionary(grouping: claims, by: \.name) {
      let newest = rivals.filter(\.isPodContainer).map(\.id).max()
      let standing = rivals.filter { !$0.isPodContainer || $0.id == newest }
        .sorted { $0.path < $1.path }
      let holder = standing.first { $0.path == holders[name] } ?? standing.first
      for claim in standing {
        let path = claim.path.drop { $0 == "/" }
        names[claim.id] = ServiceName(claim.id == holder?.id ? name : "\(name) (\(path))")
      }
    }
    return names
  }
}
