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

  /// Tenths are finer than any screen.
  private static func text(_ coordinate: Double) -> String {
    let tenths = Int((coordinate * 10).rounded())
    let (whole, tenth) = (tenths / 10, tenths % 10)
    return tenth == 0 ? "\(whole)" : "\(whole).\(abs(tenth))"
  }

  private static func line(
    _ style: String, _ from: (Double, Double), _ to: (Double, Double), _ title: String = ""
  ) -> String {
    let mark =
      "<line class=\"\(style)\" x1=\"\(text(from.0))\" y1=\"\(text(from.1))\" x2=\"\(text(to.0))\" "
      + "y2=\"\(text(to.1))\""
    return title.isEmpty ? "\(mark)/>\n" : "\(mark)><title>\(title)</title></line>\n"
  }

  // MARK: Parts

  private var grid: String {
    var text = ""
    for part in 0...3 {
      let bytes = lowest + (highest - lowest) * Double(part) / 3
      text += Self.line("grid", (Self.plot.left, y(bytes)), (Self.plot.right, y(bytes)))
      text +=
        "<text x=\"\(Self.text(Self.plot.left - 6))\" y=\"\(Self.text(y(bytes) + 4))\" "
        + "text-anchor=\"end\">\(ByteCount(bytes))</text>\n"
    }
    let span = record.plot.end - record.plot.start
    for part in 0...6 {
      let moment = record.plot.start + TimeSpan(milliseconds: span.milliseconds / 6 * Int64(part))
      let label = BacktestTable.moment(moment)
      let shown = span >= .days(4) ? label.prefix(10) : label.dropFirst(5)
      let anchor = part == 0 ? "start" : part == 6 ? "end" : "middle"
      text +=
        "<text x=\"\(Self.text(x(moment)))\" y=\"\(Self.text(Self.plot.bottom + 18))\" "
        + "text-anchor=\"\(anchor)\">\(shown)</text>\n"
    }
    return text
  }

  /// Runs of columns that are known: a gap stays a gap.
  private var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in record.plot.columns.indices where record.plot.columns[index] != nil {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }

  private func points(_ columns: some Sequence<Int>, _ value: (BacktestPlot.Column) -> Double)
    -> String
  {
    columns.compactMap { index in
      record.plot.columns[index].map { column in
        "\(Self.text(x(column: Double(index) + 0.5))) \(Self.text(y(value(column))))"
      }
    }.joined(separator: "L")
  }

  private var range: String {
    let paths = runs.filter { $0.count > 1 }.map { run in
      "M\(points(run, \.highest))L\(points(run.reversed(), \.lowest))Z"
    }
    return paths.isEmpty ? "" : "<path class=\"range\" d=\"\(paths.joined())\"/>\n"
  }

  private var mean: String {
    let paths = runs.map { run in
      run.count > 1 ? "M\(points(run, \.mean))" : "M\(points(run, \.mean))h1.5"
    }
    return paths.isEmpty ? "" : "<path class=\"mean\" d=\"\(paths.joined())\"/>\n"
  }

  private var limit: String {
    guard let limit = record.plot.limit, limit <= highest else { return "" }
    return Self.line(
      "limit", (Self.plot.left, y(limit)), (Self.plot.right, y(limit)),
      "the limit, \(ByteCount(limit))")
  }

  private var endings: String {
    record.endings.prefix(Self.marksAtMost).map { ending in
      let place = x(ending.at)
      let isKill = ending.kind == .oomKill
      return Self.line(
        isKill ? "oom" : "restart", (place, Self.plot.top), (place, Self.plot.bottom),
        "\(isKill ? "OOM kill" : "restart") at \(BacktestTable.moment(ending.at))")
    }.joined()
  }

  /// For how long each alert fired.
  private var bands: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let (start, end) = (x(firing.at), x(firing.until ?? record.plot.end))
      return "<rect class=\"\(firing.severity.rawValue)\" x=\"\(Self.text(start))\" "
        + "y=\"\(Self.text(Self.plot.top))\" width=\"\(Self.text(max(1, end - start)))\" "
        + "height=\"\(Self.text(Self.plot.bottom - Self.plot.top))\"/>\n"
    }.joined()
  }

  /// A triangle where each began.
  private var marks: String {
    record.firings.prefix(Self.marksAtMost).map { firing in
      let place = x(firing.at)
      return "<path class=\"\(firing.severity.rawValue)\" d=\"M\(Self.text(place - 6)) "
        + "\(Self.text(Self.plot.top - 12))h12l-6 11z\"><title>\(firing.kind.rawValue), "
        + "\(BacktestTable.moment(firing.at)): \(firing.said.htmlEscaped)</title></path>\n"
    }.joined()
  }
}
