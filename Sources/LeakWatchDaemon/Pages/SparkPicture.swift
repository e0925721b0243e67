/// A row of values as a line without axes, for a cell of a table. What it shows stands in the cells
/// beside it.
enum SparkPicture {
  private static let size = (width: 120.0, height: 26.0)

  /// - Parameter values: NaN where nothing is known.
  /// - Returns: empty where there is nothing to draw.
  static func svg(_ values: [Double]) -> String {
    let known = values.filter(\.isFinite)
    guard known.count > 1, let low = known.min(), let high = known.max() else { return "" }
    // A flat line is drawn as one, not as the whole range of its noise.
    let range = max(high - low, high * 0.05, 1)
    let paths = SVG.runs(values).map { run in
      let points = run.map { index in
        SVG.point(
          Double(index) / Double(values.count - 1) * (size.width - 4) + 2,
          size.height - 3 - (values[index] - low) / range * (size.height - 6))
      }
      return "M" + points.joined(separator: "L") + (run.count > 1 ? "" : "h2")
    }
    return "<svg class=\"spark\" viewBox=\"0 0 \(Int(size.width)) \(Int(size.height))\" "
      + "aria-hidden=\"true\">\(SVG.path("curve memory", paths.joined()))</svg>"
  }
}
