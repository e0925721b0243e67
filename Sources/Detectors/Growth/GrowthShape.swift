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
  /// When the growth that explains best began, Unix time in seconds.
  let onsetSeconds: Double

  /// Shares of the history at which growth may have begun.
  private static let onsets = stride(from: 0.0, to: 0.76, by: 0.15)
  private static let correlations = [0.5, 0.9]
  /// How far the logarithm bends: its slope at the start over that at the end, less one.
  private static let bend = 20.0
  private static let bendAtEnd = log1p(bend)

  /// - Parameter range: the present life, or all lives where growth is their habit.
  init?(_ history: ServiceHistory, signal: Signal, range: Range<Int>) {
    let hours = Double(range.count) * history.stepSeconds / 3600
    guard
      let rows = WindowRows(
        history, load: LoadColumns(history), signal: signal, range: range,
        settledAge: max(900, history.stepSeconds), least: 16)
    else { return nil }
    var regressors = Regressors(
      history, rows: rows, withSeason: !rows.countsRequests || hours > 30, withGrowth: false)
    let layout = regressors.layout
    let ordinary = layout.intercepts + layout.load + layout.season
    let alternatives = layout.width
    var straight: [Int] = []
    var slowing: [Int] = []
    var onsets: [Int: Double] = [:]
    for onset in Self.onsets {
      let lines = regressors.addGrowth(from: onset) { $0 }
      let curves =
        regressors.addGrowth(from: onset) { $0.squareRoot() }
        + regressors.addGrowth(from: onset) { log1p(Self.bend * $0) / Self.bendAtEnd }
      straight += lines
      slowing += curves
      for column in lines + curves { onsets[column] = onset }
    }
    let windows = Self.correlations.map {
      WhitenedWindow(regressors, rho: $0, alternatives: alternatives)
    }
    let signs = ColumnSet(layout.load)
    func best(_ columns: [Int]) -> (criterion: Double, column: Int)? {
      var best: (criterion: Double, column: Int)?
      for window in windows {
        var solver = SubsetSolver(window.equations)
        for column in columns {
          solver.fit(ordinary + [column], nonNegative: signs)
          guard solver.lastCoefficient ?? 0 > 0 else { continue }
          let value = window.criterion(
            residual: solver.residual, parameters: solver.count)
          if value < best?.criterion ?? .infinity { best = (value, column) }
        }
      }
      return best
    }
    guard let line = best(straight), let curve = best(slowing) else { return nil }
    deceleration = (line.criterion - curve.criterion) / 2
    let chosen = line.criterion < curve.criterion ? line.column : curve.column
    let row = Int((onsets[chosen] ?? 0) * Double(rows.indices.count))
    onsetSeconds = history.startSeconds + Double(rows.indices[row]) * history.stepSeconds
  }
}
