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
  /// When the heap last fell by a quarter within one step: an index into the history.
  private var fall: Int?
  private let history: ServiceHistory
  /// Whether only heap in use is known and a collector empties it.
  private(set) var isCollected = false
  /// How far the heap climbed above its first sixth at its highest in the range, bytes. A process
  /// keeps that after a collection has emptied the heap.
  private(set) var climbBytes = 0.0

  /// Pauses below this are no marking or copying of a heap.
  private static let shortestPauseSeconds = 0.001
  private static let shareAfterFall = 0.75

  init(_ history: ServiceHistory, range: Range<Int>) {
    self.history = history
    guard let heap = history.floors[.heapUsed], let pauses = history.pausePerCollection else {
      return
    }
    isCollected = true
    let known = heap[range].filter(\.isFinite)
    let first = known.prefix(max(1, known.count / 6)).sorted()
    if let highest = known.max() { climbBytes = highest - first[first.count / 2] }
    var moments = Moments.empty
    var total = 0.0
    // The whole life tells more of the collector than a short window, in which the heap hardly moves.
    let life = history.life.last ?? 0
    for index in heap.indices
    where history.life[index] == life && heap[index] > 0 && pauses[index] > 0 {
      moments.add(time: log(heap[index]), value: log(pauses[index]))
      total += pauses[index]
    }
    guard moments.count > 0, total / moments.count >= Self.shortestPauseSeconds else { return }
    if let slope = moments.slope, let error = moments.slopeStandardError {
      elasticity = (slope, error)
    }
    fall = heap.indices.dropFirst().last { index in
      history.life[index - 1] == life && heap[index] < Self.shareAfterFall * heap[index - 1]
    }
  }

  /// Whether a signal that has come to `level` is still below the highest that it reached in this
  /// life before a collection last emptied the heap. A process that does not give back what its heap
  /// leaves is at its highest all the time, so that a heap which fills again explains none of its
  /// growth.
  func isRefilling(_ signal: Signal, to level: Double) -> Bool {
    guard let fall, let values = history.floors[signal], let life = history.life.last else {
      return false
    }
    let before = values.indices.prefix(fall).filter { history.life[$0] == life }
    guard let highest = before.map({ values[$0] }).filter(\.isFinite).max() else { return false }
    return level < highest
  }

  /// Whether the collector's work stays the same while the heap rises.
  func rests(below bound: Double) -> Bool {
    guard let elasticity else { return false }
    return elasticity.value + elasticity.error < bound && elasticity.value - elasticity.error > -1.2
  }
}
