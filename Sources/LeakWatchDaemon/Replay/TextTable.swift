/// Columns aligned with spaces, no wider than they need to be, and together no wider than allowed.
struct TextTable {
  struct Column {
    var title: String
    var isRightAligned = false
    /// How far it may be shortened where the table is too wide; nil: never.
    var leastWidth: Int?
  }

  struct Cell: ExpressibleByStringLiteral {
    var text: String
    var style = TextStyle.plain

    init(_ text: String, _ style: TextStyle = .plain) {
      self.text = text.printable
      self.style = style
    }

    init(stringLiteral text: String) {
      self.init(text)
    }
  }

  private static let gap = 2

  private let columns: [Column]
  private var rows: [[Cell]]

  init(_ columns: [Column]) {
    self.columns = columns
    rows = [columns.map { Cell($0.title, .bold) }]
  }

  /// - Parameter cells: one for each column.
  mutating func add(_ cells: [Cell]) {
    rows.append(cells)
  }

  /// Lines without blanks at their ends, each with its newline.
  func text(width: Int, inColour: Bool) -> String {
    let widths = widths(atMost: width)
    return rows.map { line($0, widths, inColour) + "\n" }.joined()
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ inColour: Bool) -> String {
    var line = ""
    var blanks = 0
    for (index, cell) in cells.enumerated() {
      let text = cell.text.shortened(to: widths[index])
      let rest = widths[index] - text.displayColumns
      let before = columns[index].isRightAligned ? rest : 0
      if !text.isEmpty {
        line += String(repeating: " ", count: blanks + before)
        line += inColour ? cell.style.apply(text) : text
        blanks = rest - before + Self.gap
      } else {
        blanks += widths[index] + Self.gap
      }
    }
    return line
  }

  /// What is too wide is taken from the widest column that may give, until it fits or none may.
  private func widths(atMost limit: Int) -> [Int] {
    var widths = columns.indices.map { column in
      rows.map { $0[column].text.displayColumns }.max() ?? 0
    }
    var excess = widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) - limit
    while excess > 0 {
      let giving = columns.indices.filter { widths[$0] > columns[$0].leastWidth ?? .max }
      guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
