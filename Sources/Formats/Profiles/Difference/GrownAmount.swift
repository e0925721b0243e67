/// One figure in the old and in the new profile.
package struct GrownAmount: Hashable, Sendable {
  package var old: Int64 = 0
  package var new: Int64 = 0

  package init(old: Int64 = 0, new: Int64 = 0) {
    self.old = old
    self.new = new
  }

  /// Negative where it shrank.
  package var delta: Int64 { new.subtractingClamped(old) }
}

/// The figures of a stack, a site or everything, before and after.
package struct GrownCounts: Hashable, Sendable {
  package var old = StackCounts()
  package var new = StackCounts()

  package var bytes: GrownAmount { GrownAmount(old: old.bytes, new: new.bytes) }
  package var objects: GrownAmount { GrownAmount(old: old.objects, new: new.objects) }

  mutating func add(_ other: GrownCounts) {
    old.add(other.old)
    new.add(other.new)
  }
}
