/// How many moments are asked for at once: as many as the server's limits and our memory allow.
/// Learns from the answers.
package struct StretchSize: Hashable, Sendable {
  /// Prometheus refuses more than 11,000 points a series; some fronts allow less.
  package var mostPoints = 10_000
  /// Below it nothing is halved any more.
  package var leastPoints = 8
  /// Samples of all queries together in one stretch.
  package var sampleBudget = 250_000

  /// Successes in a row after which a refusal counts as a bad moment that is over.
  private static let longAgo = 8

  /// Little at first: a server may know ten thousand services, whose moments count each.
  private var wanted = 10
  /// What refusals have taught.
  private var ceiling = Int.max
  private var successes = 0

  package init() {}

  /// For the next stretch.
  package var points: Int { max(leastPoints, min(wanted, mostPoints, ceiling)) }

  /// A stretch of `points` brought `series` of all queries together.
  mutating func learn(series: Int, points asked: Int) {
    successes += 1
    if ceiling < mostPoints {
      ceiling += successes > Self.longAgo ? ceiling : max(1, ceiling / 16)
    }
    let affordable = series > 0 ? sampleBudget / series : mostPoints
    // Not at once to the most: the next stretch may hold many more series.
    wanted = min(affordable, asked * 4)
  }

  /// A query over `points` was too much.
  mutating func learnTooMuch(points asked: Int) {
    successes = 0
    ceiling = max(leastPoints, asked / 2)
  }

  /// Whether a query over `points` may be asked in halves.
  func isDivisible(points: Int) -> Bool { points > leastPoints }
}
