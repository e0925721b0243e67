/// Pieces of pictures. Titles are escaped here.
enum SVG {
  /// Tenths are finer than any screen.
  static func number(_ coordinate: Double) -> String {
    guard coordinate.magnitude < 1e9 else { return "0" }
    let tenths = Int((coordinate * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, tenth) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }

  static func point(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }

  static func line(
    _ style: String, _ from: (Double, Double), _ to: (Double, Double), _ title: String = ""
  ) -> String {
    let mark =
      "<line class=\"\(style)\" x1=\"\(number(from.0))\" y1=\"\(number(from.1))\" "
      + "x2=\"\(number(to.0))\" y2=\"\(number(to.1))\""
    return title.isEmpty
      ? "\(mark)/>\n" : "\(mark)><title>\(title.htmlEscaped)</title></line>\n"
  }

  /// - Parameter anchor: "start", "middle" or "end".
  static func text(_ x: Double, _ y: Double, anchor: String, _ text: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">"
      + "\(text.htmlEscaped)</text>\n"
  }

  /// Empty for no data.
  static func path(_ style: String, _ data: String) -> String {
    data.isEmpty ? "" : "<path class=\"\(style)\" d=\"\(data)\"/>\n"
  }

  /// Runs of indices whose value is known: a gap stays a gap.
  static func runs(_ values: [Double]) -> [Range<Int>] { runs(values.map(\.isFinite)) }

  static func runs(_ isKnown: [Bool]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in isKnown.indices where isKnown[index] {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }
}
