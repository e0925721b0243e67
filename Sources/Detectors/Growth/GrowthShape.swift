internal import TimeSeries

internal import func Glibc.log1p

/// Whether growth goes straight on or slows down, over all that is known of it.
///
/// Straight growth from some moment on competes with growth that slows down from some moment on
/// (as the square root or the logarithm), by the clock or by the requests served, each beside the
/// load and the time of day. A window of fixed length cannot tell them apart: where it starts
/// before the growth, slowing growth looks straight.
struct GrowthShape {
  /// By how many nats slowing growth beats straight growth; negative where straight is better.
  let deceleration: Double

  /// Shares of the history at which growth may have begun.
  private static let onsets = stride(from: 0.0, to: 0.76, by: 0.125)
  private static let correlations = [0.5, 0.8, 0.95]
  /// How far logarithms bend: growth in the first part of the history over that in the last.
  private static let bends = [10.0, 40.0]

  /// - Parameter range: the present life, or all lives where growth is their habit.
  init?(_ history: ServiceHistory, signal: Signal, range: Range<Int>) {
    let hours = Double(range.count) * history.stepSeconds / 3600
    guard
      let rows = WindowRows(
        history, signal: signal, range: range, settledAge: max(900, history.stepSeconds), least: 16)
    else { return nil }
    var regressors = Regressors(
      history, rows: rows, withSeason: rows.load == nil || hours > 30)
    let layout = regressors.layout
    let ordinary = layout.intercepts + layout.load + layout.season
    let straight = Self.onsets.flatMap { regressors.addGrowth(from: $0) { $0 } }
    let slowing = Self.onsets.flatMap { onset in
      regressors.addGrowth(from: onset) { $0.squareRoot() }
        + Self.bends.flatMap { bend in
          regressors.addGrowth(from: onset) { log1p(bend * $0) / log1p(bend) }
        }
    }
    let windows = Self.correlations.map { WhitenedWindow(regressors, rho: $0) }
    let signs = Set(layout.load)
    func best(_ columns: [Int]) -> Double {
      var best = Double.infinity
      for window in windows {
        for column in columns {
          let fit = window.equations.fit(ordinary + [column], nonNegative: signs)
          guard fit.coefficient(of: column) ?? 0 > 0 else { continue }
          best = min(best, window.criterion(residual: fit.residual, parameters: fit.columns.count))
        }
      }
      return best
    }
    let (line, curve) = (best(straight), best(slowing))
    guard line.isFinite, curve.isFinite else { return nil }
    deceleration = (line - curve) / 2
  }
}
