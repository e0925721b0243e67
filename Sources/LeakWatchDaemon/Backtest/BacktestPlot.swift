internal import TimeSeries

/// A service's memory over the whole of a back-test, in as many columns as a picture is wide: its
/// size does not depend on how long the past was.
struct BacktestPlot: Sendable {
  struct Column: Hashable, Sendable {
    var lowest: Double
    var highest: Double
    var sum: Double
    var count: Int

    var mean: Double { sum / Double(count) }
  }

  /// Columns for a picture, and for a sparkline alone.
  static let pictureWidth = 640
  static let briefWidth = 4 * ReplayRow.sparklineWidth

  let start: Timestamp
  let end: Timestamp
  /// nil where nothing was known.
  private(set) var columns: [Column?]
  /// The newest that was told.
  private(set) var limit: Double?

  init(from start: Timestamp, to end: Timestamp, width: Int = pictureWidth) {
    self.start = start
    self.end = max(end, start + TimeSpan(milliseconds: 1))
    columns = Array(repeating: nil, count: width)
  }

  mutating func add(_ memory: Double, limit: Double?, at moment: Timestamp) {
    guard moment >= start, memory.isFinite else { return }
    self.limit = limit ?? self.limit
    let index = min(columns.count - 1, Int(position(of: moment) * Double(columns.count)))
    var column = columns[index] ?? Column(lowest: memory, highest: memory, sum: 0, count: 0)
    column.lowest = min(column.lowest, memory)
    column.highest = max(column.highest, memory)
    column.sum += memory
    column.count += 1
    columns[index] = column
  }

  /// 0 at the start, 1 at the end.
  private func position(of moment: Timestamp) -> Double {
    min(1, max(0, (moment - start).seconds / (end - start).seconds))
  }

  var sparkline: String {
    Sparkline.draw(columns.compactMap(\.self).map(\.mean), width: ReplayRow.sparklineWidth)
  }
}
