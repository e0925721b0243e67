/// Two profiles laid over each other: the same frames and stacks become one.
struct ProfileComparison {
  struct Stack {
    /// Indices into `frames`, the innermost first.
    var frames: [Int32]
    var counts = GrownCounts()
  }

  private(set) var frames: [ProfileFrame] = []
  private(set) var stacks: [Stack] = []
  private var frameIndices: [ProfileFrame: Int32] = [:]
  private var stackIndices: [[Int32]: Int] = [:]

  mutating func add(_ profile: HeapProfile, _ side: WritableKeyPath<GrownCounts, StackCounts>) {
    let indices = profile.frames.map { index(of: $0) }
    for stack in profile.stacks {
      let frames = stack.frames.map { indices[Int($0)] }
      let index = stackIndices[frames] ?? stacks.count
      if index == stacks.count {
        stackIndices[frames] = index
        stacks.append(Stack(frames: frames))
      }
      stacks[index].counts[keyPath: side].add(stack.counts)
    }
  }

  private mutating func index(of frame: ProfileFrame) -> Int32 {
    if let index = frameIndices[frame] { return index }
    let index = Int32(frames.count)
    frames.append(frame)
    frameIndices[frame] = index
    return index
  }

  /// Every site on some stack, in the order in which stacks name them.
  func sites(_ measures: ProfileMeasures) -> [HeapDifference.Site] {
    var sites = SiteTable(frames: frames)
    for (number, stack) in stacks.enumerated() {
      sites.add(stack, number: number, variance: SamplingError.variance(stack.counts, measures))
    }
    return sites.result(measures)
  }
}

/// Sums stacks by site: flat where the site is innermost, cumulative where it is anywhere.
private struct SiteTable {
  private struct Entry {
    var flat = GrownCounts()
    var cumulative = GrownCounts()
    var variance = 0.0
    /// The stack that was counted last: one that calls itself counts once.
    var lastStack = -1
    /// By frame: the lines of the site.
    var lines: [Int32: GrownCounts] = [:]
    var firstFrame: Int32
  }

  private let frames: [ProfileFrame]
  /// Of each frame.
  private var siteOfFrame: [Int] = []
  private var names: [ProfileFrame.Site] = []
  private var entries: [Entry] = []

  init(frames: [ProfileFrame]) {
    self.frames = frames
    var indices: [ProfileFrame.Site: Int] = [:]
    for (number, frame) in frames.enumerated() {
      let index = indices[frame.site] ?? entries.count
      if index == entries.count {
        indices[frame.site] = index
        names.append(frame.site)
        entries.append(Entry(firstFrame: Int32(number)))
      }
      siteOfFrame.append(index)
    }
  }

  mutating func add(_ stack: ProfileComparison.Stack, number: Int, variance: Double) {
    for frame in stack.frames {
      let site = siteOfFrame[Int(frame)]
      if entries[site].lastStack == number { continue }
      entries[site].lastStack = number
      entries[site].cumulative.add(stack.counts)
    }
    guard let innermost = stack.frames.first else { return }
    let site = siteOfFrame[Int(innermost)]
    entries[site].flat.add(stack.counts)
    entries[site].variance += variance
    entries[site].lines[innermost, default: GrownCounts()].add(stack.counts)
  }

  func result(_ measures: ProfileMeasures) -> [HeapDifference.Site] {
    zip(names, entries).map { name, entry in
      let growth = { (counts: GrownCounts) in
        measures.bytes != nil ? counts.bytes.delta : counts.objects.delta
      }
      let line = entry.lines.max { left, right in
        (growth(left.value), right.key) < (growth(right.value), left.key)
      }
      let isSampled = measures.samplingPeriodBytes != nil && measures.bytes != nil
      let deviation = isSampled ? entry.variance.squareRoot() : 0
      return HeapDifference.Site(
        name: name.name, place: frames[Int(line?.key ?? entry.firstFrame)], flat: entry.flat,
        cumulative: entry.cumulative, samplingError: isSampled ? deviation : nil,
        isSignificant: Double(growth(entry.flat)) > SamplingError.significantDeviations * deviation)
    }
  }
}
