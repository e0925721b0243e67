/// How many moments are asked for at once: as many as the server's limits and our memory allow.
/// Learns from the answers.
package struct StretchSize: Hashable, Sendable {
  /// Prometheus refuses more than 11,000 points a series; some fronts allow less.
  package var mostPoints = 10_000
  /// Below it nothing is halved any more.
  package var leastPoints = 8
  /// Samples of all queries together in one stretch.
  package var sampleBudget = 500_000

  /// For the next stretch.
  package private(set) var points = 250
  /// What a refusal has taught; rises again slowly, for a refusal may have been a bad moment.
  private var ceiling = Int.max

  package init() {}

  /// A stretch of `points` brought `series` of all queries together.
  mutating func learn(series: Int, points asked: Int) {
    if ceiling < mostPoints { ceiling += max(1, ceiling / 16) }
    let affordable = series > 0 ? sampleBudget / series : mostPoints
    // Not at once to the most: the next stretch may hold many more series.
    points = clamped(min(affordable, asked * 4))
  }

  /// A query over `points` was too much. - Returns: whether less may be asked for.
  mutating func learnTooMuch(points asked: Int) -> Bool {
    guard asked > leastPoints else { return false }
    ceiling = max(leastPoints, asked / 2)
    points = clamped(points)
    return true
  }

  private func clamped(_ points: Int) -> Int {
    max(leastPoints, min(points, mostPoints, ceiling))
  }
}
