internal import Engine
internal import TimeSeries

/// What stands for what in a picture, with today's figures: a list below it.
struct PictureLegend {
  private let picture: MemoryPicture

  init(_ picture: MemoryPicture) {
    self.picture = picture
  }

  var html: String {
    let stretch = picture.stretch
    var items: [String] = []
    for curve in stretch.curves {
      items.append(
        item(line: "curve \(curve.style)", "\(curve.name), lowest of each step", last(curve.values))
      )
    }
    if picture.beginsAtZero {
      for layer in stretch.layers {
        items.append(item(area: "area \(layer.style)", layer.name, last(layer.values)))
      }
    }
    if let trend = stretch.trend {
      items.append(
        item(
          line: "trend", "fitted growth of \(MemoryStretch.name(trend.signal)), and its interval",
          "+\(ByteCount(trend.slope * 86_400))/day"))
    }
    if let limit = stretch.limit {
      let isShown = limit <= picture.scale.highest
      items.append(
        item(
          line: "limit", isShown ? "limit" : "limit, above the picture", "\(ByteCount(limit))"))
    }
    if !stretch.restarts.isEmpty {
      items.append(item(line: "restart", "restarts", "\(stretch.restarts.count)"))
    }
    if let newest = stretch.deploys.last {
      items.append(
        item(
          line: "deploy", "new builds", newest.version ?? "\(stretch.deploys.count)"))
    }
    if !stretch.kills.isEmpty {
      items.append(item(line: "kill", "OOM kills", "\(stretch.kills.count)"))
    }
    if !stretch.episodes.isEmpty {
      items.append(item(area: "band page", "an alert fired", ""))
    }
    let note =
      picture.beginsAtZero ? "" : "<p class=\"soft\">The axis does not begin at zero.</p>\n"
    return "<ul class=\"legend\">\n\(items.joined())</ul>\n\(note)"
  }

  private func last(_ values: [Double]) -> String {
    values.last(where: \.isFinite).map { "\(ByteCount($0))" } ?? ""
  }

  private func item(line style: String, _ name: String, _ value: String) -> String {
    item("<line class=\"\(style)\" x1=\"0\" y1=\"6\" x2=\"22\" y2=\"6\"/>", name, value)
  }

  private func item(area style: String, _ name: String, _ value: String) -> String {
    item("<rect class=\"\(style)\" width=\"22\" height=\"12\"/>", name, value)
  }

  private func item(_ mark: String, _ name: String, _ value: String) -> String {
    let figure = value.isEmpty ? "" : " <b>\(value.htmlEscaped)</b>"
    return "<li><svg class=\"key\" viewBox=\"0 0 22 12\" aria-hidden=\"true\">\(mark)</svg>"
      + "\(name.htmlEscaped)\(figure)</li>\n"
  }
}
