internal import Alerting
internal import TimeSeries

/// One service's memory as an SVG: its range and mean, the limit, restarts and kills, and what fired
/// for how long.
struct BacktestPicture {
  private static let height = 240
  private static let top = 16.0
  private static let bottom = 214.0
  /// Marks of one kind beyond which more would only be ink.
  private static let marksAtMost = 200

  private let record: BacktestRecord
  private let scale: PictureScale

  init(_ record: BacktestRecord) {
    self.record = record
    let columns = record.plot.columns.compactMap(\.self)
    let top = columns.map(\.highest).max() ?? 1
    let bottom = columns.map(\.lowest).min() ?? 0
    // A limit far above all memory would press the curve flat.
    let ceiling = record.plot.limit.flatMap { $0 < top * 3 ? max($0, top) : nil } ?? top
    let room = max(ceiling - bottom, ceiling * 0.02, 1) * 0.05
    scale = PictureScale(
      from: record.plot.start, to: record.plot.end, top: Self.top, bottom: Self.bottom,
      lowest: bottom < ceiling / 3 ? 0 : max(0, bottom - room), highest: ceiling + room)
  }

  var text: String {
    let name = record.service.text.htmlEscaped
    return """
      <svg viewBox="0 0 \(Int(PictureScale.width)) \(Self.height)" role="img" \
      aria-label="Memory of \(name)">
      \(grid)\(bands)\(range)\(mean)\(limit)\(endings)\(marks)</svg>
      """
  }

  private func x(column: Double) -> Double {
    let share = column / Double(record.plot.columns.count)
    return PictureScale.left + share * (PictureScale.right - PictureScale.left)
  }

  // MARK: Parts

  private var grid: String {
    var text = ""
    for part in 0...3 {
      let bytes = scale.lowest + (scale.highest - scale.lowest) * Double(part) / 3
      let place = scale.y(bytes)
      text += SVG.line("grid", (PictureScale.left, place), (PictureScale.right, place))
      text += SVG.text(PictureScale.left - 6, place + 4, anchor: "end", "\(ByteCount(bytes))")
    }
    for (moment, label) in scale.moments {
      text += SVG.text(scale.x(moment), Self.bottom + 18, anchor: "middle", label)
    }
    return text
  }

  private var runs: [Range<Int>] { SVG.runs(record.plot.columns.map { $0 != nil }) }

  private func points(_ columns: some Sequence<Int>, _ value: (BacktestPlot.Column) -> Double)
    -> String
  {
    columns.compactMap { index in
      record.plot.columns[index].map { column in
        SVG.point(x(column: Double(index) + 0.5), scale.y(value(column)))
      }
    }.joined(separator: "L")
  }

  private var range: String {
    let paths = runs.filter { $0.count > 1 }.map { run in
      "M\(points(run, \.highest))L\(points(run.reversed(), \.lowest))Z"
    }
    return SVG.path("range", paths.joined())
  }

  private var mean: String {
    let paths = runs.map { run in
      run.count > 1 ? "M\(points(run, \.mean))" : "M\(points(run, \.mean))h1.5"
    }
    return SVG.path("mean", paths.joined())
  }

  private var limit: String {
    guard let limit = record.plot.limit, limit <= scale.highest else { return "" }
    return SVG.line(
      "limit", (PictureScale.left, scale.y(limit)), (PictureScale.right, scale.y(limit)),
      "the limit, \(ByteCount(limit))")
  }

  private var endings: String {
    record.endings.prefix(Self.marksAtMost).map { ending in
      let place = scale.x(ending.at)
      let isKill = ending.kind == .oomKill
      return SVG.line(
        isKill ? "oom" : "restart", (place, Self.top), (place, Self.bottom),
        "\(isKill ? "OOM kill" : "restart") at \(BacktestTable.moment(ending.at))")
    }.joined()
  }

  /// For how long each alert fired.
  private var bands: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let (start, end) = (scale.x(firing.at), scale.x(firing.until ?? record.plot.end))
      return "<rect class=\"\(firing.severity.rawValue)\" x=\"\(SVG.number(start))\" "
        + "y=\"\(SVG.number(Self.top))\" width=\"\(SVG.number(max(1, end - start)))\" "
        + "height=\"\(SVG.number(Self.bottom - Self.top))\"/>\n"
    }.joined()
  }

  /// A triangle where each began.
  private var marks: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let place = scale.x(firing.at)
      return "<path class=\"\(firing.severity.rawValue)\" d=\"M\(SVG.number(place - 6)) "
        + "\(SVG.number(Self.top - 12))h12l-6 11z\"><title>\(firing.kind.rawValue), "
        + "\(BacktestTable.moment(firing.at)): \(firing.said.htmlEscaped)</title></path>\n"
    }.joined()
  }
}
