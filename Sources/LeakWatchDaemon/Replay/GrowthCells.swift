internal import TimeSeries

/// Growth as tables word it.
extension TextTable.Cell {
  /// What is not known.
  static let unknown = TextTable.Cell("–", .faint)

  /// "+31 MiB", "−2 MiB".
  static func perDay(_ bytes: Double?) -> TextTable.Cell {
    guard let bytes else { return unknown }
    return .init(bytes > 0 ? "+\(ByteCount(bytes))" : ByteCount(bytes).description)
  }

  /// With its interval: "3.2 d (2.8–3.7 d)".
  static func timeToLimit(_ growth: GrowthFigures?) -> TextTable.Cell {
    guard let growth, let seconds = growth.secondsToLimit else { return unknown }
    return .init(
      RoughDuration.text(
        seconds, low: growth.secondsToLimitLow, high: growth.secondsToLimitHigh))
  }
}
