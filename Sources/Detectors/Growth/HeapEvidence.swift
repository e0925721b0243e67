internal import TimeSeries

internal import func Glibc.log

/// What the garbage collector tells of the live heap, where only heap in use is exported.
///
/// Heap in use also counts what is dead and not yet collected, so it may rise for a day while the
/// live set rests. Two things show that: the pause a collection does not grow with the heap
/// (collectors that stop the world copy or mark what lives, not what is dead), and a collection
/// that takes a quarter of the heap away at once.
struct HeapEvidence {
  /// Elasticity of the pause a collection to the heap, and its standard error.
  private(set) var elasticity: (value: Double, error: Double)?
  /// The floor of the heap before the last time that it fell by a quarter within one step.
  private(set) var levelBeforeFall: Double?
  /// How far the heap climbed above its first sixth at its highest in the range, bytes. A process
  /// keeps that after a collection has emptied the heap.
  private(set) var climbBytes = 0.0

  /// Pauses below this are no marking or copying of a heap.
  private static let shortestPauseSeconds = 0.001
  private static let fall = 0.75

  init(_ history: ServiceHistory, range: Range<Int>) {
    guard let heap = history.floors[.heapUsed], let pauses = history.pausePerCollection else {
      return
    }
    let known = heap[range].filter(\.isFinite)
    let first = known.prefix(max(1, known.count / 6)).sorted()
    if let highest = known.max() { climbBytes = highest - first[first.count / 2] }
    var moments = Moments.empty
    var total = 0.0
    for index in range where heap[index] > 0 && pauses[index] > 0 {
      moments.add(time: log(heap[index]), value: log(pauses[index]))
      total += pauses[index]
    }
    guard moments.count > 0, total / moments.count >= Self.shortestPauseSeconds else { return }
    if let slope = moments.slope, let error = moments.slopeStandardError {
      elasticity = (slope, error)
    }
    var before = Double.nan
    var top = -Double.infinity
    var life = -1
    for index in heap.indices where heap[index].isFinite {
      if history.life[index] != life {
        life = history.life[index]
        levelBeforeFall = nil
        top = -.infinity
        before = .nan
      }
      if heap[index] < Self.fall * before { levelBeforeFall = max(top, levelBeforeFall ?? 0) }
      top = max(top, heap[index])
      before = heap[index]
    }
  }

  /// Whether the collector's work stays the same while the heap rises.
  func rests(below bound: Double) -> Bool {
    guard let elasticity else { return false }
    return elasticity.value + elasticity.error < bound && elasticity.value - elasticity.error > -1.2
  }
}
