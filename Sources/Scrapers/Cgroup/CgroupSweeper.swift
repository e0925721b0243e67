private import Formats
private import LinuxSystem
package import TimeSeries

/// Finds the services and containers of a host by its cgroup tree and reads their memory account.
///
/// Confined to one thread. A sweep blocks for its system calls alone, some ten microseconds of
/// CPU time for each service.
package final class CgroupSweeper {
  package let hierarchy: CgroupHierarchy
  private let options: CgroupOptions
  private let tree: CgroupTree
  private let reader: CgroupReader
  private let budget: DescriptorBudget
  private let names: CgroupNames
  private let kubernetes: KubernetesContainerNames
  private let invocations: CgroupInvocations
  private let host: CgroupHost
  /// Whether /proc/vmstat speaks of the host that this tree belongs to.
  private let vmstatCountsKills: Bool

  private var plan = CgroupPlan()
  private var holders: [String: String] = [:]
  private var announced: [ServiceName: ServiceDescription] = [:]
  private var isWaitingForNames = false
  private var ledger = CgroupOOMLedger()
  /// `oom_kill` of /proc/vmstat as of the last sweep; nil where the kernel does not tell.
  private var hostKills: UInt64?

  /// Finds the hierarchy and raises the limit of open descriptors; reads no cgroup yet.
  package init(options: CgroupOptions) throws(CgroupSetupError) {
    hierarchy = try CgroupHierarchy.find(options)
    self.options = options
    // A tree of another making (a recording, a test) comes without the host that it was part of, and
    // perhaps by a way that tells of no changes.
    let isKernels = FileSystemKind.isCgroup(hierarchy.root)
    tree = CgroupTree(
      root: hierarchy.root,
      selection: CgroupSelection(include: options.include, exclude: options.exclude),
      maximumGroups: options.maximumGroups,
      watcher: isKernels ? try? SubdirectoryWatcher() : nil)
    budget = DescriptorBudget(options.descriptorBudget ?? CgroupHost.shareOfDescriptors())
    reader = CgroupReader(hierarchy.version, budget)
    names = CgroupNames(given: options.containerNames)
    kubernetes = KubernetesContainerNames(directory: options.containerLogDirectory)
    invocations = CgroupInvocations(directory: options.unitsDirectory)
    host = CgroupHost(proc: options.procDirectory)
    vmstatCountsKills = isKernels || options.procDirectory != CgroupOptions().procDirectory
  }

  /// Reads every service once.
  ///
  /// - Parameter moment: stamps the results; wall time.
  package func sweep(at moment: Timestamp) -> CgroupSweep {
    var sweep = CgroupSweep()
    let isPlanNew = follow(&sweep)
    let ram = CgroupLimit(host.memory(reader))
    let killsBefore = hostKills
    hostKills = host.kills(reader)
    // The kernel counts every kill in /proc/vmstat too, so while that stands still no cgroup's
    // counter needs to be read.
    let mayHaveKilled = !vmstatCountsKills || hostKills == nil || hostKills != killsBefore
    readLevels(ram, mayHaveKilled)
    let hasNearnessChanged = readServices(ram, mayHaveKilled, at: moment, &sweep)
    if mayHaveKilled || isPlanNew { readBystanders(mayHaveKilled) }
    if mayHaveKilled || isPlanNew || hasNearnessChanged {
      sweep.oomKills = ledger.advance(
        observations(), hostKills: hierarchy.version == .v1 ? hostKills : nil)
    }
    sayWhatIsLeftOut()
    sweep.problems = reader.takeProblems()
    return sweep
  }
}

// MARK: - Who is there

extension CgroupSweeper {
  /// Returns whether other cgroups than before are to be read.
  private func follow(_ sweep: inout CgroupSweep) -> Bool {
    let now = SystemClock.wallTime()
    let treeChanged = tree.refresh()
    for failure in tree.failures {
      reader.say(about: failure.subject, "list", "\(failure)")
    }
    let isPlanNew = treeChanged || isWaitingForNames
    if isPlanNew {
      do throws(SystemError) {
        try kubernetes.refresh(now: now)
      } catch {
        reader.say(
          about: options.containerLogDirectory, "list",
          "\(error); pods appear under their ids until the directory can be read")
      }
      replan(&sweep)
    }
    let mayHaveRestarted = invocations.mayHaveChanged(now: now)
    for member in plan.services {
      guard let account = member.node.account else { continue }
      if mayHaveRestarted || account.incarnation.identity.isEmpty {
        renewIncarnation(member.node, account)
      }
    }
    return isPlanNew
  }

  private func replan(_ sweep: inout CgroupSweep) {
    isWaitingForNames = false
    let candidates = CgroupPlan.candidates(tree.top)
    let claims = candidates.compactMap { claim($0.node, $0.identity) }
    let settled = CgroupNames.settle(claims, holders: holders)
    for (node, identity) in candidates {
      if let service = settled[node.id] { admit(node, identity, as: service) }
    }
    plan = CgroupPlan(tree.top) { settled[$0.id] != nil }
    // What was a service and now has services below it is none any more.
    for level in plan.levels { level.node.account = nil }
    for member in plan.bystanders { member.node.account = nil }
    holders = Dictionary(plan.services.map { (name($0.node), $0.node.path) }) { first, _ in first }
    let living = Set(settled.values)
    sweep.ended = announced.keys.filter { !living.contains($0) }.sorted()
    for service in sweep.ended {
      if let path = announced.removeValue(forKey: service)?.cgroupPath {
        reader.forget(hierarchy.root + path)
      }
    }
  }

  private func name(_ node: CgroupNode) -> String { node.account?.service.text ?? "" }

  private func claim(_ node: CgroupNode, _ identity: CgroupIdentity) -> CgroupNames.Claim? {
    let mayWait = tree.refreshes - node.foundIn < 2
    guard let name = names.name(identity, kubernetes, mayWait: mayWait) else {
      isWaitingForNames = true
      return nil
    }
    var isPodContainer = false
    if case .container(_, .some) = identity.kind { isPodContainer = true }
    return CgroupNames.Claim(
      id: node.id, path: node.path, name: name, isPodContainer: isPodContainer)
  }

  private func admit(_ node: CgroupNode, _ identity: CgroupIdentity, as service: ServiceName) {
    if let account = node.account {
      if account.service != service { account.isAnnouncementDue = true }
      account.service = service
      return
    }
    node.account = CgroupAccount(
      directory: hierarchy.root + node.path, isVersion1: hierarchy.version == .v1,
      identity: identity, service: service,
      incarnation: Incarnation(identity: "", startedAt: nil))
  }

  /// A life is told from the next by boot, path, inode and invocation: a cgroup made anew has
  /// another inode, a unit restarted in a cgroup that stayed another invocation.
  private func renewIncarnation(_ node: CgroupNode, _ account: CgroupAccount) {
    let unit = account.identity.isUnitItself ? account.identity.unit : nil
    let invocation = invocations.invocation(unit: unit, cgroup: account.directory)
    let isFirst = account.incarnation.identity.isEmpty
    // A stopped unit loses its link while its last processes may live on: the same life.
    guard isFirst || (invocation != nil && invocation?.id != account.invocation?.id) else { return }
    account.invocation = invocation
    account.incarnation = Incarnation(
      identity: [host.bootID, node.path, "\(node.inode)", invocation?.id ?? ""].joined(
        separator: ":"),
      startedAt: invocation?.startedAt ?? node.changedAt)
    account.isAnnouncementDue = true
  }
}

// MARK: - What they use

extension CgroupSweeper {
  /// Limits and OOM counters of everything above the services; nothing to read on v1, where each
  /// cgroup tells its hierarchical limit itself.
  private func readLevels(_ ram: CgroupLimit, _ mayHaveKilled: Bool) {
    guard hierarchy.version == .v2 else { return }
    for entry in plan.levels {
      let above = entry.parent.flatMap { plan.levels[$0].node.level }
      let level = level(entry.node)
      level.effectiveMax = above?.effectiveMax ?? ram
      level.effectiveHigh = above?.effectiveHigh ?? .none
      do throws(SystemError) {
        level.effectiveMax = try reader.lower(level.effectiveMax, by: &level.max, level.directory)
        level.effectiveHigh = try reader.lower(
          level.effectiveHigh, by: &level.high, level.directory)
        try reader.update(&level.oomKills, level.directory, mayHaveRisen: mayHaveKilled)
      } catch {
        entry.node.isDead = true
      }
    }
  }

  private func readBystanders(_ mayHaveKilled: Bool) {
    guard hierarchy.version == .v2 else { return }
    for member in plan.bystanders {
      let level = level(member.node)
      do throws(SystemError) {
        try reader.update(&level.oomKills, level.directory, mayHaveRisen: mayHaveKilled)
      } catch {
        member.node.isDead = true
      }
    }
  }

  private func level(_ node: CgroupNode) -> CgroupLevel {
    if let level = node.level { return level }
    let level = CgroupLevel(directory: hierarchy.root + node.path)
    node.level = level
    return level
  }

  /// Returns whether a service came near its limit or went away from it.
  private func readServices(
    _ ram: CgroupLimit, _ mayHaveKilled: Bool, at moment: Timestamp, _ sweep: inout CgroupSweep
  ) -> Bool {
    var hasNearnessChanged = false
    sweep.results.reserveCapacity(plan.services.count)
    for member in plan.services {
      guard let account = member.node.account else { continue }
      let above = plan.levels[member.parent].node.level
      let wasNearLimit = account.isNearLimit
      let outcome = reader.read(
        account, max: above?.effectiveMax ?? ram, high: above?.effectiveHigh ?? .none,
        mayHaveKilled: mayHaveKilled)
      if account.isNearLimit != wasNearLimit { hasNearnessChanged = true }
      take(outcome, of: member.node, account, at: moment, &sweep)
    }
    return hasNearnessChanged
  }

  private func take(
    _ outcome: CgroupReader.Outcome, of node: CgroupNode, _ account: CgroupAccount,
    at moment: Timestamp, _ sweep: inout CgroupSweep
  ) {
    switch outcome {
    case .up(let readings):
      sweep.results.append(
        ScrapeResult(
          service: account.service, source: .cgroup, timestamp: moment,
          incarnation: account.incarnation, build: account.identity.build,
          readings: readings))
      announce(node, account, &sweep)
    case .failed(let reason):
      sweep.results.append(
        ScrapeResult(
          service: account.service, source: .cgroup, timestamp: moment, failure: reason))
      announce(node, account, &sweep)
    case .unaccounted: sayUnaccounted(node)
    case .gone: node.isDead = true
    }
  }

  /// Who counted how many kills, parents before children.
  private func observations() -> [CgroupOOMLedger.Observation] {
    let isVersion2 = hierarchy.version == .v2
    var observations: [CgroupOOMLedger.Observation] = []
    if isVersion2 {
      for level in plan.levels {
        let parent = level.parent.map { plan.levels[$0].node }
        observations.append(observation(level.node, parent, level.node.level?.oomKills.kills))
      }
      for member in plan.bystanders {
        let parent = plan.levels[member.parent].node
        observations.append(observation(member.node, parent, member.node.level?.oomKills.kills))
      }
    }
    for member in plan.services {
      let parent = isVersion2 ? plan.levels[member.parent].node : nil
      observations.append(observation(member.node, parent, member.node.account?.oomKills.kills))
    }
    return observations
  }

  private func observation(
    _ node: CgroupNode, _ parent: CgroupNode?, _ kills: UInt64?
  ) -> CgroupOOMLedger.Observation {
    CgroupOOMLedger.Observation(
      id: node.id, parent: parent?.id, service: node.account?.service, path: node.path,
      kills: kills, isNew: node.foundIn > 1 && node.foundIn == tree.refreshes,
      isNearLimit: node.account?.isNearLimit ?? false, isGone: node.isDead)
  }

  private func announce(
    _ node: CgroupNode, _ account: CgroupAccount, _ sweep: inout CgroupSweep
  ) {
    guard account.isAnnouncementDue else { return }
    account.isAnnouncementDue = false
    var description = ServiceDescription(
      name: account.service, cgroupPath: node.path, unit: account.identity.unit,
      invocationID: account.invocation?.id)
    description.cgroupRoot = hierarchy.root
    guard announced[account.service] != description else { return }
    announced[account.service] = description
    sweep.appeared.append(description)
  }
}

// MARK: - What to say

extension CgroupSweeper {
  private func sayUnaccounted(_ node: CgroupNode) {
    let parent = node.path.dropLast(node.name.count + 1)
    reader.say(
      about: hierarchy.root + parent, "unaccounted",
      "no memory accounting for \(node.path), and perhaps others beside it: set "
        + "MemoryAccounting=yes for the unit, or enable the memory controller in "
        + "\(hierarchy.root)\(parent)/cgroup.subtree_control")
  }

  private func sayWhatIsLeftOut() {
    if tree.isOverLimit {
      reader.say(
        about: hierarchy.root, "groups",
        "\(hierarchy.root) holds more than \(options.maximumGroups) cgroups: those found later "
          + "are left out")
    }
    if budget.wasExceeded {
      reader.say(
        about: hierarchy.root, "descriptors",
        "not every cgroup file can be kept open: the rest is opened for each reading, which costs "
          + "about twice the CPU time; raise LimitNOFILE= of the daemon's unit")
    }
    if plan.services.isEmpty, !isWaitingForNames {
      reader.say(
        about: hierarchy.root, "empty",
        "no service and no container below \(hierarchy.root)"
          + (options.include.isEmpty
            ? ": name groups made by hand with [cgroups] include" : " matches [cgroups] include"))
    }
  }
}
