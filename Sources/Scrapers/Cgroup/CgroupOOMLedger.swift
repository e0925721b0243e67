package import TimeSeries

/// A process that the kernel's OOM killer ended, and how we know whose it was.
package struct CgroupOOMKill: Hashable, Sendable {
  package enum Attribution: Hashable, Sendable {
    /// The service's own counter rose.
    case counter
    /// The service's cgroup is gone or was made anew, and its parent counted more kills than the
    /// living children explain.
    case parentCounter
    /// v1: the host counted a kill that no living cgroup explains, and this was the only one to
    /// vanish near its limit.
    case hostCounter
    /// The parent counted it, but no child or more than one vanished: `service` is the slice.
    case slice(candidates: [ServiceName])
  }

  package var service: ServiceName
  /// Below the cgroup root, of the service or the slice.
  package var cgroupPath: String
  package var count: Int
  package var attribution: Attribution

  package init(
    service: ServiceName, cgroupPath: String, count: Int, attribution: Attribution
  ) {
    self.service = service
    self.cgroupPath = cgroupPath
    self.count = count
    self.attribution = attribution
  }
}

/// Compares the kernel's OOM counters from sweep to sweep and says whose kills they are.
///
/// v2 counts a kill in the victim's cgroup and in every ancestor (`memory.events` is
/// hierarchical), so a service that died with its cgroup leaves its kill in the parent. To be
/// exact when kills happen while a sweep runs, parents have to be read before their children: a
/// child may then explain more than its parent has counted yet, which is set off once, in the
/// next sweep.
package struct CgroupOOMLedger: Sendable {
  /// One living cgroup in one sweep.
  package struct Observation: Hashable, Sendable {
    /// The same as long as the cgroup is the same; a cgroup made anew has another one.
    package var id: UInt64
    package var parent: UInt64?
    /// nil for slices and everything else that is no service.
    package var service: ServiceName?
    package var path: String
    /// nil where the kernel does not tell.
    package var kills: UInt64?
    /// Made since the last sweep, so that its counter began at zero in between.
    package var isNew: Bool
    /// Uses nearly all of its limit.
    package var isNearLimit: Bool
    /// Was listed, but had ended when its files were to be read: it may be the victim of a kill
    /// that its parent has counted already, or of one that it will have counted next time.
    package var isGone: Bool

    package init(
      id: UInt64, parent: UInt64?, service: ServiceName?, path: String, kills: UInt64?,
      isNew: Bool, isNearLimit: Bool = false, isGone: Bool = false
    ) {
      self.id = id
      self.parent = parent
      self.service = service
      self.path = path
      self.kills = kills
      self.isNew = isNew
      self.isNearLimit = isNearLimit
      self.isGone = isGone
    }
  }

  private var previous: [UInt64: Observation] = [:]
  private var previousHostKills: UInt64?
  /// What children explained beyond their parent's count, for the next sweep alone.
  private var advances: [UInt64: Int] = [:]
  private var hostAdvance = 0

  package init() {}

  /// - Parameter hostKills: `oom_kill` of /proc/vmstat on v1, whose cgroups do not count for
  ///   their ancestors; nil on v2.
  package mutating func advance(
    _ observations: [Observation], hostKills: UInt64?
  ) -> [CgroupOOMKill] {
    var kills: [CgroupOOMKill] = []
    var risen: [UInt64: Int] = [:]
    var explained: [UInt64: Int] = [:]
    for observation in observations {
      let rise = rise(observation)
      if rise == 0 { continue }
      risen[observation.id] = rise
      if let parent = observation.parent { explained[parent, default: 0] += rise }
      if let service = observation.service {
        kills.append(
          CgroupOOMKill(
            service: service, cgroupPath: observation.path, count: rise, attribution: .counter))
      }
    }
    let vanished = replacePrevious(with: observations) + observations.filter(\.isGone)
    kills += killsOfParents(observations, risen, explained, vanished)
    let ofServices = kills.filter { $0.attribution == .counter }.reduce(0) { $0 + $1.count }
    kills += killsOfHost(hostKills, explained: ofServices, vanished)
    return kills
  }

  private func rise(_ observation: Observation) -> Int {
    guard let kills = observation.kills else { return 0 }
    guard let before = previous[observation.id] else {
      return observation.isNew ? Int(clamping: kills) : 0
    }
    guard let earlier = before.kills, kills > earlier else { return 0 }
    return Int(clamping: kills - earlier)
  }

  /// Returns what was there in the last sweep and is no more, by path, so that the order is the
  /// same whatever the hashing.
  private mutating func replacePrevious(with observations: [Observation]) -> [Observation] {
    for observation in observations where previous[observation.id] != observation {
      previous[observation.id] = observation
    }
    if previous.count == observations.count { return [] }
    let living = Set(observations.map(\.id))
    let vanished = previous.values.filter { !living.contains($0.id) }
    for observation in vanished { previous[observation.id] = nil }
    return vanished.sorted { ($0.path, $0.id) < ($1.path, $1.id) }
  }

  private mutating func killsOfParents(
    _ observations: [Observation], _ risen: [UInt64: Int], _ explained: [UInt64: Int],
    _ vanished: [Observation]
  ) -> [CgroupOOMKill] {
    var kills: [CgroupOOMKill] = []
    let owed = advances
    advances = [:]
    if risen.isEmpty { return kills }
    for observation in observations where observation.service == nil && observation.kills != nil {
      let rise = risen[observation.id] ?? 0
      let byChildren = explained[observation.id] ?? 0
      if byChildren > rise { advances[observation.id] = byChildren - rise }
      let open = rise - byChildren - (owed[observation.id] ?? 0)
      // A leaf that is no service (a session, say) is nobody's parent and has nobody to blame.
      if open > 0, isParent(observation, observations, vanished) {
        kills.append(attribute(open, of: observation, to: vanished))
      }
    }
    return kills
  }

  private func isParent(
    _ observation: Observation, _ observations: [Observation], _ vanished: [Observation]
  ) -> Bool {
    observations.contains { $0.parent == observation.id }
      || vanished.contains { $0.parent == observation.id }
  }

  private mutating func attribute(
    _ count: Int, of slice: Observation, to vanished: [Observation]
  ) -> CgroupOOMKill {
    let children = vanished.filter { $0.parent == slice.id }
    let services = children.flatMap { servicesBelow($0, vanished) }
    // Nobody is a suspect twice.
    for child in children { previous[child.id] = nil }
    if children.count == 1, services.count == 1, let name = services[0].service {
      return CgroupOOMKill(
        service: name, cgroupPath: services[0].path, count: count, attribution: .parentCounter)
    }
    return CgroupOOMKill(
      service: ServiceName(String(slice.path.drop { $0 == "/" })), cgroupPath: slice.path,
      count: count, attribution: .slice(candidates: services.compactMap(\.service)))
  }

  /// The service itself, or those below a group that vanished as a whole (a pod's slice).
  private func servicesBelow(_ group: Observation, _ vanished: [Observation]) -> [Observation] {
    if group.service != nil { return [group] }
    return vanished.filter { $0.parent == group.id }.flatMap { servicesBelow($0, vanished) }
  }

  private mutating func killsOfHost(
    _ hostKills: UInt64?, explained: Int, _ vanished: [Observation]
  ) -> [CgroupOOMKill] {
    defer { previousHostKills = hostKills }
    guard let hostKills, let earlier = previousHostKills, hostKills >= earlier else { return [] }
    let rise = Int(clamping: hostKills - earlier)
    let open = rise - explained - hostAdvance
    hostAdvance = max(0, explained - rise)
    let nearLimit = vanished.filter { $0.isNearLimit && $0.service != nil }
    guard open > 0, nearLimit.count == 1, let name = nearLimit[0].service else { return [] }
    previous[nearLimit[0].id] = nil
    return [
      CgroupOOMKill(
        service: name, cgroupPath: nearLimit[0].path, count: open, attribution: .hostCounter)
    ]
  }
}
