/// The fifth pass: what the objects on the way to each suspect are, by which field each refers to the
/// next, and which small objects hang on a suspect itself.
struct HprofSteps: HprofLinkSink {
  /// Of objects on a way: those that come next on some way.
  private let next: [Int: Set<Int>]
  /// Suspects, whose own small objects are asked for.
  private let suspects: Set<Int>
  private let inner: RankedSet
  private var current = 0
  private var isWanted = false

  private(set) var kinds: [Int: HprofKind] = [:]
  /// By object and the one that it refers to.
  private(set) var fields: [Int: [Int: UInt64]] = [:]
  /// Places, by suspect; one that is referred to twice stands there twice.
  private(set) var folded: [Int: [UInt32]] = [:]

  init(next: [Int: Set<Int>], suspects: Set<Int>, inner: RankedSet) {
    self.next = next
    self.suspects = suspects
    self.inner = inner
  }

  func wants(_ place: Int) -> Bool { next[place] != nil || suspects.contains(place) }

  mutating func begin(_ place: Int, _ kind: HprofKind, bytes: Int) {
    current = place
    isWanted = wants(place)
    if isWanted { kinds[place] = kind }
  }

  mutating func refer(to place: Int, name: UInt64?) {
    guard isWanted else { return }
    if let name, next[current]?.contains(place) == true {
      fields[current, default: [:]][place] = name
    }
    if suspects.contains(current), !inner.contains(place) {
      folded[current, default: []].append(UInt32(place))
    }
  }

  mutating func finish() {}
}
