package import TimeSeries

/// The past of one service on one regular grid: what a verdict is made from.
///
/// Every array has one element a step, oldest first; NaN stands where nothing is known.
package struct ServiceHistory: Sendable {
  package var stepSeconds: Double
  /// Unix time of the middle of the first step.
  package var startSeconds: Double
  /// Requests a second, mean over the step; nil where the service has no request counter.
  package var load: [Double]?
  /// Which life of the service each step belongs to, rising.
  package var life: [Int]
  /// Seconds since the start of that life, in the middle of the step. Where nothing tells when the
  /// life began, since it was first seen.
  package var ageSeconds: [Double]
  /// Seconds of GC pause a collection, mean over the step; nil where none is exported.
  package var pausePerCollection: [Double]?
  /// Share of the time in GC pauses, mean over the step.
  package var pauseShare: [Double]?
  /// Collections a second.
  package var collectionRate: [Double]?
  /// Lowest value of each judged signal in the step, bytes.
  package var floors: [Signal: [Double]]

  package init(
    stepSeconds: Double, startSeconds: Double, life: [Int], ageSeconds: [Double],
    load: [Double]? = nil, pausePerCollection: [Double]? = nil, pauseShare: [Double]? = nil,
    collectionRate: [Double]? = nil, floors: [Signal: [Double]] = [:]
  ) {
    self.stepSeconds = stepSeconds
    self.startSeconds = startSeconds
    self.life = life
    self.ageSeconds = ageSeconds
    self.load = load
    self.pausePerCollection = pausePerCollection
    self.pauseShare = pauseShare
    self.collectionRate = collectionRate
    self.floors = floors
  }

  package var count: Int { life.count }

  /// Unix time of the middle of a step, seconds.
  func time(of index: Int) -> Double { startSeconds + Double(index) * stepSeconds }

  /// The first step whose middle is at `seconds` or later; `count` where there is none.
  func index(at seconds: Double) -> Int {
    guard count > 0 else { return 0 }
    return min(count, max(0, Int(((seconds - startSeconds) / stepSeconds).rounded(.up))))
  }

  /// Without what came before a moment, Unix time in seconds.
  package func since(_ seconds: Double) -> ServiceHistory {
    let first = index(at: seconds)
    let kept = { (values: [Double]?) in values.map { Array($0[first...]) } }
    return ServiceHistory(
      stepSeconds: stepSeconds, startSeconds: time(of: first), life: Array(life[first...]),
      ageSeconds: Array(ageSeconds[first...]), load: kept(load),
      pausePerCollection: kept(pausePerCollection), pauseShare: kept(pauseShare),
      collectionRate: kept(collectionRate), floors: floors.mapValues { Array($0[first...]) })
  }
}
