internal import TimeSeries

/// Gathers a profile; frames and stacks that are equal become one.
struct HeapProfileBuilder {
  private var profile: HeapProfile
  private var frameIndices: [ProfileFrame: Int32] = [:]
  private var stackIndices: [[Int32]: Int] = [:]

  init(
    _ kind: HeapProfileKind, measures: ProfileMeasures, takenAt: Timestamp? = nil,
    tracedSince: Timestamp? = nil
  ) {
    profile = HeapProfile(
      kind: kind, measures: measures, takenAt: takenAt, tracedSince: tracedSince)
  }

  mutating func note(program: ProfileBuild?, libraries: [ProfileBuild]) {
    profile.program = program
    profile.libraries = libraries
  }

  mutating func index(of frame: ProfileFrame) -> Int32 {
    if let index = frameIndices[frame] { return index }
    let index = Int32(profile.frames.count)
    profile.frames.append(frame)
    frameIndices[frame] = index
    return index
  }

  /// - Parameter frames: what `index(of:)` gave, the innermost first; not empty.
  /// - Returns: for `add(stack:_:)`, so that a stack which comes often is hashed once.
  mutating func stack(_ frames: [Int32]) -> Int {
    if let index = stackIndices[frames] { return index }
    let index = profile.stacks.count
    stackIndices[frames] = index
    profile.stacks.append(ProfileStack(frames: frames, counts: StackCounts()))
    return index
  }

  mutating func add(stack: Int, _ counts: StackCounts) {
    profile.stacks[stack].counts.add(counts)
  }

  /// Of a kind without stacks.
  mutating func add(name: String, _ counts: StackCounts) {
    add(stack: stack([index(of: ProfileFrame(site: .init(name: name)))]), counts)
  }

  consuming func build() -> HeapProfile { profile }
}
