internal import TimeSeries

/// What kind of service a cgroup is.
package enum CgroupKind: Hashable, Sendable {
  case systemService
  /// A service of a user's own systemd, below `user@<uid>.service`.
  case userService(uid: String)
  /// A container of Docker, Podman, containerd, CRI-O, …; the pod's uid under Kubernetes.
  case container(id: String, podUID: String?)
  /// A system container or virtual machine as a whole.
  case machine
  /// Nothing known: a service only because the user's `include` names it.
  case named
}

/// Who a cgroup is, read off its path alone.
package struct CgroupIdentity: Hashable, Sendable {
  /// A piece of the service's name; containers get theirs from elsewhere.
  package enum NamePart: Hashable, Sendable {
    case text(String)
    case container(id: String, podUID: String?)
  }

  package var kind: CgroupKind
  /// Joined by "/": the container or machine that a service lives in comes first.
  package var nameParts: [NamePart]
  /// The unit of the host's systemd that journald files its records under: the outermost unit of
  /// the path, and so `user@1000.service` for a user's service. nil where there is none.
  package var unit: String?
  /// Whether the cgroup is the unit's own, not one somewhere below it.
  package var isUnitItself: Bool

  /// The container that it is or lies in; nil where it is none.
  var build: BuildMarks? {
    for case .container(let id, _) in nameParts { return BuildMarks(container: id) }
    return nil
  }

  /// Services and containers; nil for anything else: slices, monitors, mounts, and whatever lies
  /// inside a service without being one itself (`init.scope` or a payload of a delegated unit).
  ///
  /// - Parameter path: below the cgroup root, with or without the leading slash.
  package init?(path: String) {
    let walk = Walk(path)
    guard let kind = walk.kind else { return nil }
    self.init(kind: kind, walk: walk)
  }

  /// A group that only the user's `include` makes a service, named after its last component; nil
  /// for what is inside a service, for slices and for units that hold no processes.
  package init?(named path: String) {
    let walk = Walk(path)
    guard walk.mayBeNamed, walk.kind == nil else { return nil }
    self.init(kind: .named, walk: walk)
    nameParts.append(.text(walk.lastName))
  }

  private init(kind: CgroupKind, walk: Walk) {
    self.kind = kind
    nameParts = walk.nameParts
    unit = walk.unit
    isUnitItself = walk.isUnitItself
  }
}

extension CgroupIdentity {
  /// Goes down a path and remembers whose territory it is in.
  private struct Walk {
    var nameParts: [NamePart] = []
    var unit: String?
    var isUnitItself = false
    /// What the last component is, if it is a service.
    var kind: CgroupKind?
    var mayBeNamed = false
    var lastName = ""
    private var isInsideService = false

    init(_ path: String) {
      let components = path.split(separator: "/")[...]
      for index in components.indices {
        enter(components[index], below: components[..<index])
      }
    }

    private mutating func enter(_ name: Substring, below ancestors: ArraySlice<Substring>) {
      let component = CgroupComponent(name, below: ancestors)
      noteUnit(CgroupEscape.undoneForName(name), below: ancestors)
      kind = nil
      mayBeNamed = false
      lastName = String(name)
      switch component {
      case .grouping, .leftOut: break
      case .userManager(let uid): nameParts.append(.text("user-\(uid)"))
      case .service(let name): becomeService(name)
      case .container(let id, let podUID):
        nameParts = [.container(id: id, podUID: podUID)]
        become(.container(id: id, podUID: podUID))
      case .machine(let name):
        nameParts.append(.text(name))
        become(.machine)
      case .scope(let name):
        lastName = name
        mayBeNamed = !isInsideService
      case .plain: mayBeNamed = !isInsideService
      }
    }

    private mutating func becomeService(_ name: String) {
      let isOfUser = !isInsideService && nameParts.count == 1
      if isOfUser, case .text(let manager) = nameParts[0] {
        become(.userService(uid: String(manager.dropFirst(5))))
      } else {
        become(.systemService)
      }
      nameParts.append(.text(name))
    }

    private mutating func become(_ kind: CgroupKind) {
      self.kind = kind
      isInsideService = true
    }

    /// journald takes the first component that is not a slice, if that is a unit (sd-journal's
    /// `_SYSTEMD_UNIT`, from the path of the process's cgroup).
    private mutating func noteUnit(_ name: Substring, below ancestors: ArraySlice<Substring>) {
      isUnitItself = false
      guard ancestors.allSatisfy({ $0.hasSuffix(".slice") }) else { return }
      guard name.hasSuffix(".service") || name.hasSuffix(".scope") else { return }
      unit = String(name)
      isUnitItself = true
    }
  }
}
