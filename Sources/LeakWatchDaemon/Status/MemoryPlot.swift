internal import TimeSeries

/// A day of memory as a picture of block characters with a scale at its left.
struct MemoryPlot {
  private static let height = 6
  private static let widest = 96
  private static let levels: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private let floors: [Double]
  private let limit: Double?

  /// - Parameter floors: bytes, oldest first, NaN where nothing is known.
  init(_ floors: [Double], limit: Double?) {
    self.floors = floors
    self.limit = limit
  }

  /// Empty where nothing is known.
  func text(width: Int) -> String {
    let known = floors.filter(\.isFinite)
    guard let lowest = known.min(), let highest = known.max(), known.count > 1 else { return "" }
    let top = highest
    // A flat line is drawn as one, not as the whole range of its noise.
    let bottom = min(lowest, highest * 0.9)
    let labels = [ByteCount(top).description, ByteCount(bottom).description]
    let margin = labels.map(\.count).max() ?? 0
    let columns = columns(max(10, min(Self.widest, width - margin - 3)))
    var lines: [String] = []
    for row in (0..<Self.height).reversed() {
      let label = row == Self.height - 1 ? labels[0] : row == 0 ? labels[1] : ""
      let padding = String(repeating: " ", count: margin - label.count)
      let cells = columns.map { Self.cell($0, row: row, bottom: bottom, top: top) }
      lines.append("\(padding)\(label) ┤\(String(cells))".trimmedAtEnd)
    }
    let limit = limit.map { ", limit \(ByteCount($0))" } ?? ""
    lines.append(
      String(repeating: " ", count: margin) + " └ lowest memory, last day to now\(limit)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The mean of each column's share of the values; NaN where none is known.
  private func columns(_ most: Int) -> [Double] {
    let count = min(most, floors.count)
    return (0..<count).map { column in
      let share = floors[(column * floors.count / count)..<((column + 1) * floors.count / count)]
        .filter(\.isFinite)
      return share.isEmpty ? .nan : share.reduce(0, +) / Double(share.count)
    }
  }

  private static func cell(_ value: Double, row: Int, bottom: Double, top: Double) -> Character {
    guard value.isFinite, top > bottom else { return " " }
    let eighths = (value - bottom) / (top - bottom) * Double(height * 8 - 1) + 1
    return levels[min(8, max(0, Int(eighths.rounded()) - 8 * row))]
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
