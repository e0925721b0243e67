package import TimeSeries

/// What two heap profiles of one process, or three, say of where its memory grew.
package struct HeapEvidence: Hashable, Sendable {
  /// One profile.
  package struct Capture: Hashable, Sendable {
    package var at: Timestamp
    /// In use by the profile's own account.
    package var bytes: Int64
    package var objects: Int64
    /// Where it lies on this host.
    package var path: String

    package init(at: Timestamp, bytes: Int64, objects: Int64, path: String) {
      self.at = at
      self.bytes = bytes
      self.objects = objects
      self.path = path
    }
  }

  /// A function that holds more than before.
  package struct Grower: Hashable, Sendable {
    package var name: String
    /// The last part of the path, of the line in it that grew most; nil where none is known.
    package var file: String?
    /// 1-based.
    package var line: Int?
    package var oldBytes: Int64
    package var newBytes: Int64
    package var deltaObjects: Int64
    /// Of all that grew, 0 to 1.
    package var share: Double
    /// One standard deviation of the growth, bytes; nil where every object is counted.
    package var samplingErrorBytes: Double?
    package var isBeyondSamplingError: Bool

    package init(
      name: String, file: String?, line: Int?, oldBytes: Int64, newBytes: Int64,
      deltaObjects: Int64, share: Double, samplingErrorBytes: Double?, isBeyondSamplingError: Bool
    ) {
      self.name = name
      self.file = file
      self.line = line
      self.oldBytes = oldBytes
      self.newBytes = newBytes
      self.deltaObjects = deltaObjects
      self.share = share
      self.samplingErrorBytes = samplingErrorBytes
      self.isBeyondSamplingError = isBeyondSamplingError
    }

    package var deltaBytes: Int64 { newBytes - oldBytes }

    /// "main.newSession cache.go:42".
    package var place: String {
      guard let file else { return name }
      return name + " " + file + (line.map { ":\($0)" } ?? "")
    }
  }

  /// Goroutines that were left behind.
  package struct Goroutines: Hashable, Sendable {
    package var old: Int64
    package var new: Int64
    /// Of the stack whose goroutines increased most, the innermost frame first.
    package var frames: [String]
    /// How many more have that stack.
    package var delta: Int64

    package init(old: Int64, new: Int64, frames: [String], delta: Int64) {
      self.old = old
      self.new = new
      self.frames = frames
      self.delta = delta
    }
  }

  /// What it means for the claim that memory leaks.
  package enum Bearing: String, Hashable, Sendable {
    case supports
    case speaksAgainst = "speaks_against"
    /// Growth as small as what was expected cannot be seen in a sampled profile.
    case undecided
  }

  /// The profile's kind as `diff --json` names it, "pprof".
  package var kind: String
  package var old: Capture
  package var new: Capture
  /// The largest growth first.
  package var growers: [Grower]
  /// Of the stack that grew most, the innermost frame first.
  package var stack: [String]
  package var goroutines: Goroutines?
  package var bearing: Bearing
  /// In one sentence, for people.
  package var conclusion: String
  /// Since when it is known; what was told later knows of it.
  package var madeAt: Timestamp

  package init(
    kind: String, old: Capture, new: Capture, growers: [Grower], stack: [String],
    goroutines: Goroutines?, bearing: Bearing, conclusion: String, madeAt: Timestamp
  ) {
    self.kind = kind
    self.old = old
    self.new = new
    self.growers = growers
    self.stack = stack
    self.goroutines = goroutines
    self.bearing = bearing
    self.conclusion = conclusion
    self.madeAt = madeAt
  }

  /// Shows all of it.
  package var command: SuggestedCommand {
    let paths = [old.path, new.path].map(SuggestedCommand.shellQuoted)
    return SuggestedCommand(
      purpose: "all that grew between the two heap profiles",
      command: "leakwatch diff \(paths.joined(separator: " "))")
  }
}
