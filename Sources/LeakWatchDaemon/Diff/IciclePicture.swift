internal import Formats
internal import TimeSeries

/// The growth as nested blocks, inline SVG: the outermost frames on top, each as wide as what grew
/// in it. A block tells its name and figures when pointed at; no script.
struct IciclePicture {
  private static let width = 1200.0
  private static let rowHeight = 20.0
  /// Narrower blocks are left out: nobody could see or point at them.
  private static let leastWidth = 1.5
  /// Of a monospaced font of 11 px.
  private static let letterWidth = 6.7

  private let tree: GrowthTree
  private let words: DiffText

  init(_ difference: HeapDifference) {
    tree = GrowthTree(difference)
    words = DiffText(difference)
  }

  var svg: String {
    guard tree.nodes[0].growth > 0 else { return "" }
    var blocks = ""
    var deepest = 0
    // Left edges are computed from the parent's, so no sum of widths drifts out of it.
    var waiting = [(index: 0, left: 0.0)]
    while let (index, left) = waiting.popLast() {
      let node = tree.nodes[index]
      let width = Self.width * Double(node.growth) / Double(tree.nodes[0].growth)
      guard width >= Self.leastWidth else { continue }
      deepest = max(deepest, node.depth)
      blocks += block(node, left: left, width: width)
      var edge = left
      for child in node.children {
        waiting.append((child, edge))
        edge += Self.width * Double(tree.nodes[child].growth) / Double(tree.nodes[0].growth)
      }
    }
    let height = Double(deepest + 1) * Self.rowHeight
    return """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" \
      aria-label="Growth by stack">
      \(blocks)</svg>
      """
  }

  private func block(_ node: GrowthTree.Node, left: Double, width: Double) -> String {
    let top = Double(node.depth) * Self.rowHeight
    let share = Percentage(Double(node.growth) / Double(tree.nodes[0].growth))
    let growth =
      words.difference.isInBytes
      ? DiffText.signedBytes(node.growth) : DiffText.signed(node.growth)
    let letters = Int((width - 6) / Self.letterWidth)
    let label = letters >= 3 ? node.name.printable.shortened(to: letters) : ""
    return """
      <g><title>\(node.name.htmlEscaped): \(growth), \(share)</title>\
      <rect x="\(Self.text(left))" y="\(Self.text(top))" width="\(Self.text(max(width - 0.5, 0.5)))" \
      height="\(Self.text(Self.rowHeight - 1))" class="c\(node.depth == 0 ? 0 : Self.hue(node.name))"/>\
      <text x="\(Self.text(left + 3))" y="\(Self.text(top + 14))">\(label.htmlEscaped)</text></g>

      """
  }

  /// 1 to 6, the same for a name in every picture.
  private static func hue(_ name: String) -> Int {
    Int(name.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) } % 6) + 1
  }

  /// Tenths of a pixel.
  private static func text(_ length: Double) -> String { "\((length * 10).rounded() / 10)" }
}
