/// A row of values as one line of block characters, lowest to highest.
enum Sparkline {
  private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// - Returns: `width` characters, fewer where there are fewer values; empty for none. Each
  ///   character stands for the mean of its share of the values.
  static func draw(_ values: [Double], width: Int) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let columns = min(width, values.count)
    let means = (0..<columns).map { column in
      let share = values[
        (column * values.count / columns)..<((column + 1) * values.count / columns)]
      return share.reduce(0, +) / Double(share.count)
    }
    guard let low = means.min(), let high = means.max() else { return "" }
    return String(
      means.map { mean in
        high > low ? levels[Int(((mean - low) / (high - low) * 7).rounded())] : levels[0]
      })
  }
}
