package import TimeSeries

/// Where memory grew from one profile to a later one of the same kind.
package struct HeapDifference: Sendable {
  /// A function, class, constructor or line: what it holds itself (flat).
  package struct Site: Hashable, Sendable {
    package var name: String
    /// Of the line in it that grew most.
    package var place: ProfileFrame
    package var flat: GrownCounts
    /// With everything that it calls; equal to `flat` for kinds without stacks.
    package var cumulative: GrownCounts
    /// One standard deviation of the growth in bytes; nil where every object is counted.
    package var samplingError: Double?
    /// The growth exceeds what sampling does by chance.
    package var isSignificant: Bool
  }

  package struct Stack: Hashable, Sendable {
    /// The innermost first.
    package var frames: [ProfileFrame]
    package var counts: GrownCounts
  }

  package var kind: HeapProfileKind
  /// Of the new profile.
  package var measures: ProfileMeasures
  package var oldTakenAt: Timestamp?
  package var newTakenAt: Timestamp?
  /// Programs and libraries that are known to be of another build in the new profile.
  package var buildChanges: [BuildChange]
  /// The program of each profile; nil where it does not tell the build.
  package var oldBuild: ProfileBuild?
  package var newBuild: ProfileBuild?
  package var total: GrownCounts
  /// Sum of what grew, without what shrank, in `unit`.
  package var grownTotal: Int64
  /// Sites that grew, the largest growth first; equal growth by name.
  package var growers: [Site]
  /// Sites that shrank, the largest loss first.
  package var shrinkers: [Site]
  /// Sites whose own memory did not change, but that of what they call.
  package var callers: [Site]
  /// Stacks that grew, the largest growth first.
  package var stacks: [Stack]

  /// What growth is measured in: bytes, or objects where the profile knows no bytes.
  package var isInBytes: Bool { measures.bytes != nil }

  /// Whether any site grew by more than sampling does by chance.
  package var hasSignificantGrowth: Bool { growers.contains(where: \.isSignificant) }

  package func growth(of counts: GrownCounts) -> Int64 {
    isInBytes ? counts.bytes.delta : counts.objects.delta
  }

  /// Of all that grew: 0 to 1; nil where nothing did.
  package func share(of counts: GrownCounts) -> Double? {
    grownTotal > 0 ? Double(growth(of: counts)) / Double(grownTotal) : nil
  }
}

/// Why two profiles have no difference.
package enum ProfileMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  case kinds(old: HeapProfileKind, new: HeapProfileKind)
  case measures(old: String, new: String)
  /// The process began to trace its memory anew in between.
  case tracing(old: Timestamp, new: Timestamp)
  /// Not of one process, though they should be.
  case builds(old: ProfileBuild, new: ProfileBuild)
  /// The first was taken after the second.
  case reversed(old: Timestamp, new: Timestamp)

  package var description: String {
    switch self {
    case .kinds(let old, let new):
      "OLD is a \(old.title) and NEW a \(new.title): only two of one kind have a difference"
    case .measures(let old, let new):
      "OLD measures \(old) and NEW \(new): only two of the same measure have a difference"
    case .tracing(let old, let new):
      "OLD has what was allocated since \(old.rfc3339) and NEW what was since \(new.rfc3339): tracing "
        + "began anew in between"
    case .builds(let old, let new):
      "OLD is of build \(old.id) of \(old.name) and NEW of build \(new.id) of \(new.name): they are not of "
        + "one process"
    case .reversed(let old, let new):
      "OLD was taken at \(old.rfc3339), after NEW at \(new.rfc3339): give the earlier one first"
    }
  }
}
