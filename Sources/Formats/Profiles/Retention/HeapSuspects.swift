package import TimeSeries

/// What holds the memory of a heap: the objects through which most of it is reached.
package struct HeapSuspects: Hashable, Sendable {
  /// Of one kind within what a suspect holds.
  package struct Members: Hashable, Sendable {
    package var name: String
    package var count: Int
    /// With all that only they hold.
    package var bytes: Int64
  }

  package struct Step: Hashable, Sendable {
    /// The object's class; "class X" where it is a class itself.
    package var name: String
    /// By which the object refers to the next step; nil where it does so through others.
    package var field: String?
  }

  package struct Suspect: Hashable, Sendable {
    /// That would go with it; what suspects within it hold is theirs.
    package var bytes: Int64
    /// From what lives by itself down to the suspect, the last.
    package var path: [Step]
    /// Why the first step lives.
    package var root: String
    /// What it holds itself, the largest first.
    package var members: [Members]
    /// What its members hold, the largest first.
    package var contents: [Members]
  }

  package var kind: HeapProfileKind
  package var takenAt: Timestamp?
  /// All of the heap.
  package var bytes: Int64
  package var objects: Int
  /// That nothing holds any more: the next collection takes it.
  package var unreachableBytes: Int64
  /// The largest first.
  package var suspects: [Suspect]
}
