/// What one directory name of a cgroup path stands for, by the conventions of systemd
/// (systemd.unit(5), systemd.slice(5)), the container runtimes and LXC.
enum CgroupComponent: Hashable {
  /// A systemd slice, or a pod's directory under the cgroupfs driver: groups of services.
  case grouping
  /// Never a service, nor part of one: `init.scope`, container monitors, mount and socket units.
  case leftOut
  /// `user@1000.service`, under which the services of a user live.
  case userManager(uid: String)
  case service(name: String)
  case container(id: String, podUID: String?)
  /// A system container or virtual machine: nspawn, libvirt, LXC.
  case machine(name: String)
  /// A scope that is no container: a login session, `systemd-run --scope`.
  case scope(name: String)
  case plain

  /// - Parameter ancestors: the names above, outermost first.
  init(_ rawName: Substring, below ancestors: ArraySlice<Substring>) {
    let name = CgroupEscape.undoneForName(rawName)
    if name.contains("conmon") || name == "init.scope" || name.hasPrefix("lxc.monitor.") {
      self = .leftOut
    } else if let id = Self.containerID(name) {
      self = .container(id: id, podUID: Self.podUID(in: ancestors))
    } else if let machine = Self.machineName(name, parent: ancestors.last) {
      self = .machine(name: machine)
    } else if name.hasSuffix(".service") {
      self = Self.service(String(name.dropLast(8)))
    } else if name.hasSuffix(".scope") {
      self = .scope(name: CgroupEscape.undone(name.dropLast(6)))
    } else if name.hasSuffix(".slice") || Self.isPodGroup(name, parent: ancestors.last) {
      self = .grouping
    } else if Self.otherUnitTypes.contains(where: name.hasSuffix) {
      self = .leftOut
    } else {
      self = .plain
    }
  }

  private static let otherUnitTypes = [".mount", ".swap", ".socket", ".automount", ".device"]

  private static func service(_ stem: String) -> CgroupComponent {
    if stem.hasPrefix("user@") { return .userManager(uid: String(stem.dropFirst(5))) }
    return stem.isEmpty ? .leftOut : .service(name: CgroupEscape.undone(Substring(stem)))
  }

  /// Container ids are 64 hexadecimal digits, bare (cgroupfs driver: `docker/<id>`), in a scope
  /// named after the runtime (`docker-<id>.scope`, `cri-containerd-<id>.scope`), without the
  /// suffix (`libpod-<id>`, `crio-<id>`), or behind colons where a systemd-style name reached the
  /// cgroupfs driver (`kubepods-….slice:cri-containerd:<id>`).
  private static func containerID(_ name: Substring) -> String? {
    let stem = name.hasSuffix(".scope") ? name.dropLast(6) : name
    let id = stem.suffix(64)
    guard id.utf8.count == 64, id.utf8.allSatisfy(isHexDigit) else { return nil }
    let prefix = stem.dropLast(64)
    // Podman gives a unit's own container a `libpod-payload-<id>` below the unit it belongs to.
    if prefix.hasSuffix("payload-") { return nil }
    return prefix.isEmpty || prefix.hasSuffix("-") || prefix.hasSuffix(":") ? String(id) : nil
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
      || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
  }

  private static func machineName(_ name: Substring, parent: Substring?) -> String? {
    if name.hasPrefix("lxc.payload.") { return nonEmpty(name.dropFirst(12)) }
    if parent == "lxc" { return nonEmpty(name) }
    guard name.hasPrefix("machine-"), name.hasSuffix(".scope") else { return nil }
    return nonEmpty(name.dropFirst(8).dropLast(6)).map { CgroupEscape.undone(Substring($0)) }
  }

  private static func nonEmpty(_ name: Substring) -> String? {
    name.isEmpty ? nil : String(name)
  }

  /// `kubepods`, its quality classes and `pod<uid>` of the cgroupfs driver; the directories that
  /// hold Docker's and LXC's containers.
  private static func isPodGroup(_ name: Substring, parent: Substring?) -> Bool {
    switch name {
    case "kubepods": true
    case "docker", "lxc", "libpod_parent", "machine": parent == nil
    case "burstable", "besteffort", "guaranteed": parent == "kubepods"
    default: podUID(cgroupfs: name) != nil && parent != nil
    }
  }

  private static func podUID(in ancestors: ArraySlice<Substring>) -> String? {
    for name in ancestors.reversed() {
      if let uid = podUID(systemd: name) ?? podUID(cgroupfs: name) { return uid }
    }
    return nil
  }

  /// `kubepods-burstable-pod0a1b_….slice`: systemd forbids "-" inside, so the uid has "_".
  private static func podUID(systemd name: Substring) -> String? {
    guard name.hasSuffix(".slice"), name.contains("kubepods"),
      let start = name.lastRange(of: "-pod")
    else { return nil }
    let uid = name[start...].dropLast(6)
    return uid.isEmpty ? nil : String(uid.map { $0 == "_" ? "-" : $0 })
  }

  /// `pod0a1b2c3d-…` with a UUID, or 32 hexadecimal digits for a static pod.
  private static func podUID(cgroupfs name: Substring) -> String? {
    guard name.hasPrefix("pod") else { return nil }
    let uid = name.dropFirst(3)
    guard uid.utf8.count == 32 || uid.utf8.count == 36,
      uid.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: "-") })
    else { return nil }
    return String(uid)
  }
}

extension Substring {
  /// Where the text after the last `separator` begins.
  fileprivate func lastRange(of separator: String) -> Index? {
    var found: Index?
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(separator) { found = index(start, offsetBy: separator.count) }
      start = index(after: start)
    }
    return found
  }
}
