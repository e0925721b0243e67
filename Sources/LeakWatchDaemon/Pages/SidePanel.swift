internal import TimeSeries

/// A low curve below the memory, on its axis.
struct SidePanel {
  enum Unit {
    case share, rate

    func text(_ value: Double) -> String {
      switch self {
      case .share: return Percentage(value).description
      case .rate:
        let tenths = Int((min(value, 1e12) * 10).rounded())
        return value >= 9.95 || tenths % 10 == 0
          ? "\(Int(min(value, 1e12).rounded()))/s" : "\(tenths / 10).\(tenths % 10)/s"
      }
    }
  }

  let name: String
  let style: String
  let bottom: Double
  private let stretch: MemoryStretch
  private let values: [Double]
  private let unit: Unit
  private let scale: PictureScale

  init(
    stretch: MemoryStretch, name: String, style: String, values: [Double], unit: Unit, top: Double,
    bottom: Double
  ) {
    self.stretch = stretch
    self.name = name
    self.style = style
    self.values = values
    self.unit = unit
    self.bottom = bottom
    let most = values.filter(\.isFinite).max() ?? 0
    scale = PictureScale(
      from: stretch.start, to: stretch.end, top: top, bottom: bottom, lowest: 0,
      highest: most > 0 ? most * 1.1 : 1)
  }

  var svg: String {
    let paths = SVG.runs(values).map { run in
      let points = run.map { index in
        SVG.point(scale.x(stretch.moment(of: index)), scale.y(values[index]))
      }
      return "M" + points.joined(separator: "L") + (run.count > 1 ? "" : "h2")
    }
    let most = PictureScale.roundBelow(scale.highest)
    let ticks = ([0] + [most].compactMap(\.self)).map { value in
      SVG.line("grid", (PictureScale.left, scale.y(value)), (PictureScale.right, scale.y(value)))
        + SVG.text(PictureScale.left - 8, scale.y(value) + 4, anchor: "end", unit.text(value))
    }
    return ticks.joined() + SVG.path("curve \(style)", paths.joined())
      + SVG.text(PictureScale.left + 6, scale.top - 6, anchor: "start", name)
  }
}
