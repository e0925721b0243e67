extension HeapDifference {
  /// - Throws: where the two cannot be compared, or come in the wrong order by their own clocks.
  package init(old: HeapProfile, new: HeapProfile) throws(ProfileMismatch) {
    guard old.kind == new.kind else { throw .kinds(old: old.kind, new: new.kind) }
    guard old.measures.bytes == new.measures.bytes, old.measures.objects == new.measures.objects
    else { throw .measures(old: old.measures.text, new: new.measures.text) }
    if let before = old.tracedSince, let after = new.tracedSince, before != after {
      throw .tracing(old: before, new: after)
    }
    if let before = old.takenAt, let after = new.takenAt, before > after {
      throw .reversed(old: before, new: after)
    }
    var measures = new.measures
    if old.measures.allocatedBytes == nil { measures.allocatedBytes = nil }
    var comparison = ProfileComparison()
    comparison.add(old, \.old)
    comparison.add(new, \.new)
    let sites = comparison.sites(measures)

    kind = new.kind
    self.measures = measures
    oldTakenAt = old.takenAt
    newTakenAt = new.takenAt
    buildChanges = BuildChange.all(from: old, to: new)
    oldBuild = old.program
    newBuild = new.program
    total = GrownCounts(old: old.total, new: new.total)
    grownTotal = 0
    growers = []
    shrinkers = []
    callers = []
    stacks = []
    for site in sites {
      let growth = self.growth(of: site.flat)
      if growth > 0 {
        grownTotal = grownTotal.addingClamped(growth)
        growers.append(site)
      } else if growth < 0 {
        shrinkers.append(site)
      } else if self.growth(of: site.cumulative) != 0 {
        callers.append(site)
      }
    }
    let measured = self
    growers.sort { measured.isBefore($0, $1) }
    shrinkers.sort { measured.isBefore($1, $0) }
    stacks = comparison.stacks.filter { measured.growth(of: $0.counts) > 0 }
      .map { stack in
        Stack(frames: stack.frames.map { comparison.frames[Int($0)] }, counts: stack.counts)
      }
    // Swift's sort is stable, so equal stacks keep the order in which the profiles name them.
    stacks.sort { measured.growth(of: $0.counts) > measured.growth(of: $1.counts) }
  }

  private func isBefore(_ left: Site, _ right: Site) -> Bool {
    let (growth, other) = (growth(of: left.flat), growth(of: right.flat))
    return growth == other ? left.name < right.name : growth > other
  }
}

extension ProfileMeasures {
  fileprivate var text: String {
    [bytes, objects].compactMap(\.self).joined(separator: " and ")
  }
}
