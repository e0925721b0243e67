internal import Alerting
internal import Engine
internal import TimeSeries

/// A service's memory, and beside it on the same axis its GC pauses and requests, as one SVG.
struct MemoryPicture {
  private static let memoryTop = 20.0
  private static let memoryBottom = 260.0
  private static let panelHeight = 54.0
  private static let gap = 34.0
  private static let longestLabel = 16

  let stretch: MemoryStretch
  /// Unique on its page.
  let id: String
  let title: String
  let scale: PictureScale
  /// Then kinds of memory are stacked. Not where growth would be a hair's breadth.
  let beginsAtZero: Bool

  init(_ stretch: MemoryStretch, id: String, title: String) {
    self.stretch = stretch
    self.id = id
    self.title = title
    let known = stretch.curves.flatMap(\.values).filter(\.isFinite)
    let stacked = Self.sums(stretch.layers).filter(\.isFinite)
    let foreseen = stretch.trend.map { trend in
      [stretch.now, stretch.end].map { trend.value(at: $0, slope: trend.slope) }
    }
    let top = (known + (foreseen ?? [])).max() ?? 1
    let bottom = (stretch.curves.first?.values ?? []).filter(\.isFinite).min() ?? 0
    beginsAtZero = (!stacked.isEmpty && top - bottom > top * 0.12) || bottom < top / 3
    let all = max(top, beginsAtZero ? stacked.max() ?? 0 : 0, 1)
    // A limit far above all memory would press the curve flat.
    let ceiling = stretch.limit.flatMap { $0 < all * 2.5 ? max($0, all) : nil } ?? all
    let lowest = beginsAtZero ? 0 : (known.min() ?? 0)
    let room = max(ceiling - lowest, ceiling * 0.02, 1) * 0.06
    scale = PictureScale(
      from: stretch.start, to: stretch.end, top: Self.memoryTop, bottom: Self.memoryBottom,
      lowest: beginsAtZero ? 0 : max(0, lowest - room), highest: ceiling + room)
  }

  private var panels: [SidePanel] {
    var panels: [SidePanel] = []
    var top = Self.memoryBottom + Self.gap
    func add(_ name: String, _ style: String, _ values: [Double]?, _ unit: SidePanel.Unit) {
      guard let values else { return }
      panels.append(
        SidePanel(
          stretch: stretch, name: name, style: style, values: values, unit: unit, top: top,
          bottom: top + Self.panelHeight))
      top += Self.panelHeight + Self.gap
    }
    add("share of time in GC pauses", "pause", stretch.pauseShare, .share)
    add("requests a second", "requests", stretch.requests, .rate)
    return panels
  }

  var svg: String {
    let panels = panels
    let bottom = panels.last?.bottom ?? Self.memoryBottom
    let height = Int(bottom + 26)
    return """
      <svg viewBox="0 0 \(Int(PictureScale.width)) \(height)" role="img" \
      aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">\(title.htmlEscaped)</title>
      <desc id="\(id)-d">\(PictureText(self).text.htmlEscaped)</desc>
      \(grid(to: bottom))\(bands)\(layers)\(trendBand)\(curves)\(trendLine)\(limit)\(ends(to: bottom))\
      \(panels.map(\.svg).joined())\(today(to: bottom))</svg>
      """
  }

  // MARK: Parts

  private func grid(to bottom: Double) -> String {
    var text = ""
    let step = PictureScale.byteStep(over: scale.highest - scale.lowest)
    for bytes in scale.ticks(step) {
      let y = scale.y(bytes)
      text += SVG.line("grid", (PictureScale.left, y), (PictureScale.right, y))
      text += SVG.text(PictureScale.left - 8, y + 4, anchor: "end", "\(ByteCount(bytes))")
    }
    for (moment, label) in scale.moments {
      let x = scale.x(moment)
      text += SVG.line("grid", (x, Self.memoryTop), (x, bottom))
      // A label that would stick out is left out; its line stands.
      guard x > PictureScale.left + 14, x < PictureScale.right - 14 else { continue }
      text += SVG.text(x, bottom + 18, anchor: "middle", label)
    }
    return text
  }

  /// For how long alerts fired.
  private var bands: String {
    stretch.episodes.map { episode in
      let start = scale.x(max(stretch.start, episode.firedAt))
      let end = scale.x(episode.endedAt ?? stretch.now)
      return "<rect class=\"band \(episode.severity.rawValue)\" x=\"\(SVG.number(start))\" "
        + "y=\"\(SVG.number(scale.top))\" width=\"\(SVG.number(max(2, end - start)))\" "
        + "height=\"\(SVG.number(scale.bottom - scale.top))\"><title>"
        + "\(episode.key.kind.rawValue) from \(BacktestTable.moment(episode.firedAt)) UTC"
        + "</title></rect>\n"
    }.joined()
  }

  static func sums(_ layers: [MemoryStretch.Layer]) -> [Double] {
    guard let first = layers.first else { return [] }
    return first.values.indices.map { index in
      layers.reduce(0) { sum, layer in
        sum + (index < layer.values.count && layer.values[index].isFinite ? layer.values[index] : 0)
      }
    }
  }

  private var layers: String {
    guard beginsAtZero, let first = stretch.layers.first else { return "" }
    var base = [Double](repeating: 0, count: first.values.count)
    var text = ""
    for layer in stretch.layers {
      let tops = zip(base, layer.values).map { $0 + ($1.isFinite ? $1 : 0) }
      let paths = SVG.runs(first.values).filter { $0.count > 1 }.map { run in
        "M\(points(run, tops))L\(points(run.reversed(), base))Z"
      }
      text += SVG.path("area \(layer.style)", paths.joined())
      base = tops
    }
    return text
  }

  private var curves: String {
    stretch.curves.map { curve in
      let paths = SVG.runs(curve.values).map { run in
        run.count > 1 ? "M\(points(run, curve.values))" : "M\(points(run, curve.values))h2"
      }
      return SVG.path("curve \(curve.style)", paths.joined())
    }.joined()
  }

  private func points(_ indices: some Sequence<Int>, _ values: [Double]) -> String {
    indices.map { SVG.point(scale.x(stretch.moment(of: $0)), scale.y(values[$0])) }
      .joined(separator: "L")
  }

  /// Where its line lies in the picture.
  private func moments(of trend: MemoryStretch.Trend) -> [Timestamp] {
    let start = max(trend.start, stretch.start)
    return (0...48).map { part in
      start + TimeSpan(milliseconds: (stretch.end - start).milliseconds / 48 * Int64(part))
    }.filter { moment in
      (scale.lowest...scale.highest).contains(trend.value(at: moment, slope: trend.slope))
    }
  }

  private var trendBand: String {
    guard let trend = stretch.trend, trend.high > trend.low else { return "" }
    let moments = moments(of: trend)
    guard moments.count > 1 else { return "" }
    func edge(_ moments: [Timestamp], _ choose: (Double, Double) -> Double) -> String {
      moments.map { moment in
        let ends = (
          trend.value(at: moment, slope: trend.low), trend.value(at: moment, slope: trend.high)
        )
        return SVG.point(scale.x(moment), scale.y(choose(ends.0, ends.1)))
      }.joined(separator: "L")
    }
    return SVG.path(
      "interval", "M\(edge(moments, max))L\(edge(moments.reversed(), min))Z")
  }

  private var trendLine: String {
    guard let trend = stretch.trend else { return "" }
    let points = moments(of: trend).map {
      SVG.point(scale.x($0), scale.y(trend.value(at: $0, slope: trend.slope)))
    }
    guard points.count > 1 else { return "" }
    return SVG.path("trend", "M" + points.joined(separator: "L"))
  }

  private var limit: String {
    guard let limit = stretch.limit, limit <= scale.highest else { return "" }
    let y = scale.y(limit)
    return SVG.line(
      "limit", (PictureScale.left, y), (PictureScale.right, y), "the limit, \(ByteCount(limit))")
      + "<g class=\"limit-text\">"
      + SVG.text(PictureScale.left + 6, y - 5, anchor: "start", "limit \(ByteCount(limit))")
      + "</g>\n"
  }

  private func ends(to bottom: Double) -> String {
    let restarts = stretch.restarts.suffix(100).map { moment in
      let x = scale.x(moment)
      return SVG.line(
        "restart", (x, scale.top), (x, bottom), "restart at \(BacktestTable.moment(moment)) UTC")
        + "<path class=\"restart-mark\" d=\"M\(SVG.point(x - 5, scale.top - 9))h10l-5 9z\"/>\n"
    }
    let kills = stretch.kills.map { kill in
      let x = scale.x(kill.at)
      return SVG.line(
        "kill", (x, scale.top), (x, bottom), "OOM kill at \(BacktestTable.moment(kill.at)) UTC")
        + "<path class=\"kill-mark\" d=\"M\(SVG.point(x - 4, scale.top - 10))l8 8m0-8l-8 8\"/>\n"
    }
    return restarts.joined() + deploys(to: bottom) + kills.joined()
  }

  /// Their labels stand where there is room for them; what is left out can be read at its line.
  private func deploys(to bottom: Double) -> String {
    var free = PictureScale.left
    return stretch.deploys.suffix(100).map { change in
      let x = scale.x(change.seenAt)
      let words = change.words.map { ", \($0)" } ?? ""
      var text =
        SVG.line(
          "deploy", (x, scale.top), (x, bottom),
          "new build at \(BacktestTable.moment(change.seenAt)) UTC\(words)")
        + "<path class=\"deploy-mark\" d=\"M\(SVG.point(x, scale.top - 9))l5 9h-10z\"/>\n"
      let label = String((change.version ?? "deploy").prefix(Self.longestLabel))
      // Six to a character is what the picture's letters take at most.
      let width = Double(label.count) * 6.5 + 8
      if x + 4 >= free, x + 4 + width <= PictureScale.right {
        text += "<g class=\"deploy-text\">"
        text += SVG.text(x + 4, scale.top + 10, anchor: "start", label) + "</g>\n"
        free = x + 4 + width
      }
      return text
    }.joined()
  }

  /// Where the past ends, if something is foreseen.
  private func today(to bottom: Double) -> String {
    guard stretch.end > stretch.now else { return "" }
    let x = scale.x(stretch.now)
    return SVG.line("now", (x, scale.top - 4), (x, bottom))
      + SVG.text(x, scale.top - 8, anchor: "middle", "now")
  }
}
