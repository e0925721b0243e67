internal import Alerting
internal import TimeSeries

/// One service's memory as an SVG: its range and mean, the limit, restarts and kills, and what fired
/// for how long.
struct BacktestPicture {
  private static let size = (width: 960.0, height: 240.0)
  private static let plot = (left: 70.0, top: 16.0, right: 950.0, bottom: 214.0)
  /// Marks of one kind beyond which more would only be ink.
  private static let marksAtMost = 200

  private let record: BacktestRecord
  private let lowest: Double
  private let highest: Double

  init(_ record: BacktestRecord) {
    self.record = record
    let columns = record.plot.columns.compactMap(\.self)
    let top = columns.map(\.highest).max() ?? 1
    let bottom = columns.map(\.lowest).min() ?? 0
    // A limit far above all memory would press the curve flat.
    let ceiling = record.plot.limit.flatMap { $0 < top * 3 ? max($0, top) : nil } ?? top
    let room = max(ceiling - bottom, ceiling * 0.02, 1) * 0.05
    lowest = bottom < ceiling / 3 ? 0 : max(0, bottom - room)
    highest = ceiling + room
  }

  var text: String {
    let name = record.service.text.htmlEscaped
    return """
      <svg viewBox="0 0 \(Int(Self.size.width)) \(Int(Self.size.height))" role="img" \
      aria-label="Memory of \(name)">
      \(grid)\(bands)\(range)\(mean)\(limit)\(endings)\(marks)</svg>
      """
  }

  // MARK: Places

  private func x(_ moment: Timestamp) -> Double {
    Self.plot.left + record.plot.position(of: moment) * (Self.plot.right - Self.plot.left)
  }

  private func x(column: Double) -> Double {
    Self.plot.left + column / Double(record.plot.columns.count) * (Self.plot.right - Self.plot.left)
  }

  private func y(_ bytes: Double) -> Double {
    let share = (bytes - lowest) / (highest - lowest)
    return Self.plot.bottom - share * (Self.plot.bottom - Self.plot.top)
  }

  // MARK: Parts

  private var grid: String {
    var text = ""
    for part in 0...3 {
      let bytes = lowest + (highest - lowest) * Double(part) / 3
      text += SVG.line("grid", (Self.plot.left, y(bytes)), (Self.plot.right, y(bytes)))
      text += SVG.text(Self.plot.left - 6, y(bytes) + 4, anchor: "end", "\(ByteCount(bytes))")
    }
    let span = record.plot.end - record.plot.start
    for part in 0...6 {
      let moment = record.plot.start + TimeSpan(milliseconds: span.milliseconds / 6 * Int64(part))
      let label = BacktestTable.moment(moment)
      let shown = span >= .days(4) ? label.prefix(10) : label.dropFirst(5)
      let anchor = part == 0 ? "start" : part == 6 ? "end" : "middle"
      text += SVG.text(x(moment), Self.plot.bottom + 18, anchor: anchor, String(shown))
    }
    return text
  }

  private var runs: [Range<Int>] { SVG.runs(record.plot.columns.map { $0 != nil }) }

  private func points(_ columns: some Sequence<Int>, _ value: (BacktestPlot.Column) -> Double)
    -> String
  {
    columns.compactMap { index in
      record.plot.columns[index].map { column in
        SVG.point(x(column: Double(index) + 0.5), y(value(column)))
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
    guard let limit = record.plot.limit, limit <= highest else { return "" }
    return SVG.line(
      "limit", (Self.plot.left, y(limit)), (Self.plot.right, y(limit)),
      "the limit, \(ByteCount(limit))")
  }

  private var endings: String {
    record.endings.prefix(Self.marksAtMost).map { ending in
      let place = x(ending.at)
      let isKill = ending.kind == .oomKill
      return SVG.line(
        isKill ? "oom" : "restart", (place, Self.plot.top), (place, Self.plot.bottom),
        "\(isKill ? "OOM kill" : "restart") at \(BacktestTable.moment(ending.at))")
    }.joined()
  }

  /// For how long each alert fired.
  private var bands: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let (start, end) = (x(firing.at), x(firing.until ?? record.plot.end))
      return "<rect class=\"\(firing.severity.rawValue)\" x=\"\(SVG.number(start))\" "
        + "y=\"\(SVG.number(Self.plot.top))\" width=\"\(SVG.number(max(1, end - start)))\" "
        + "height=\"\(SVG.number(Self.plot.bottom - Self.plot.top))\"/>\n"
    }.joined()
  }

  /// A triangle where each began.
  private var marks: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let place = x(firing.at)
      return "<path class=\"\(firing.severity.rawValue)\" d=\"M\(SVG.number(place - 6)) "
        + "\(SVG.number(Self.plot.top - 12))h12l-6 11z\"><title>\(firing.kind.rawValue), "
        + "\(BacktestTable.moment(firing.at)): \(firing.said.htmlEscaped)</title></path>\n"
    }.joined()
  }
}
