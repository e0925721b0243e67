internal import Formats
internal import TimeSeries

/// What grew, a line each, for a person.
struct DiffTable {
  private static let deepestStack = 12

  private let difference: HeapDifference
  private let words: DiffText
  private let limit: Int

  init(_ difference: HeapDifference, limit: Int) {
    self.difference = difference
    self.limit = limit
    words = DiffText(difference)
  }

  func text(width: Int, inColour: Bool) -> String {
    var text = words.summary.printable + "\n"
    for line in words.builds { text += line.printable + "\n" }
    if let conclusion = words.conclusion { text += conclusion + "\n" }
    guard !difference.growers.isEmpty else { return text }
    text += "\n" + growers.text(width: width, inColour: inColour)
    let more = difference.growers.count - min(limit, difference.growers.count)
    if more > 0 { text += "and \(more) more that grew: --top 0 lists all\n" }
    return text + stack(width: width)
  }

  private var growers: TextTable {
    let isSampled = difference.isInBytes && difference.measures.samplingPeriodBytes != nil
    let hasObjects = difference.isInBytes && difference.measures.objects != nil
    let hasStacks = difference.kind == .pprof
    var columns: [TextTable.Column] = [
      .init(title: "GROWTH", isRightAligned: true)
    ]
    if isSampled { columns.append(.init(title: "CHANCE", isRightAligned: true)) }
    columns.append(.init(title: "SHARE", isRightAligned: true))
    if hasObjects { columns.append(.init(title: "OBJECTS", isRightAligned: true)) }
    columns.append(.init(title: "NOW", isRightAligned: true))
    if hasStacks { columns.append(.init(title: "WITH CALLEES", isRightAligned: true)) }
    columns.append(.init(title: Self.title(difference.kind), leastWidth: 24))
    if hasStacks { columns.append(.init(title: "AT", leastWidth: 12)) }
    var table = TextTable(columns)
    for site in difference.growers.prefix(limit) {
      let style: TextStyle = site.isSignificant ? .plain : .faint
      var cells: [TextTable.Cell] = [.init(words.growth(site.flat), style)]
      if isSampled { cells.append(.init(words.certainty(site), .faint)) }
      cells.append(.init(difference.share(of: site.flat).map { "\(Percentage($0))" } ?? "–", style))
      if hasObjects { cells.append(.init(DiffText.signed(site.flat.objects.delta), style)) }
      cells.append(.init(now(site.flat), style))
      if hasStacks { cells.append(.init(words.growth(site.cumulative), style)) }
      cells.append(.init(site.name, style))
      if hasStacks { cells.append(.init(site.place.location ?? "–", style)) }
      table.add(cells)
    }
    return table
  }

  private func now(_ counts: GrownCounts) -> String {
    difference.isInBytes
      ? "\(ByteCount(Double(counts.bytes.new)))" : "\(counts.objects.new)"
  }

  private static func title(_ kind: HeapProfileKind) -> String {
    switch kind {
    case .pprof: "FUNCTION"
    case .jvmHistogram, .hprof: "CLASS"
    case .nodeSnapshot: "CONSTRUCTOR"
    case .tracemalloc: "LINE"
    case .smaps: "MAPPINGS"
    }
  }

  /// The stack that grew most, where there is more to it than its innermost frame.
  private func stack(width: Int) -> String {
    guard let first = difference.stacks.first, first.frames.count > 1 else { return "" }
    var text = "\nThe stack that grew most, \(words.growth(first.counts)):\n"
    for frame in first.frames.prefix(Self.deepestStack) {
      text += "  " + frame.text.printable.shortened(to: width - 2) + "\n"
    }
    let more = first.frames.count - Self.deepestStack
    return more > 0 ? text + "  and \(more) more frames\n" : text
  }
}
