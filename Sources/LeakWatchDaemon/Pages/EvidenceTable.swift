internal import Detectors
internal import TimeSeries

/// What the verdict rests on: its reasons, and each window of each signal.
struct EvidenceTable {
  private let verdict: GrowthVerdict?

  init(_ verdict: GrowthVerdict?) {
    self.verdict = verdict
  }

  var html: String {
    guard let verdict, !verdict.reasons.isEmpty || !verdict.windows.isEmpty else { return "" }
    let reasons = verdict.reasons.map { "<li>\($0.htmlEscaped)</li>" }.joined()
    return "<h2>Evidence</h2>\n" + (reasons.isEmpty ? "" : "<ul>\(reasons)</ul>\n")
      + (verdict.windows.isEmpty ? "" : table(verdict.windows))
  }

  private func table(_ windows: [WindowAssessment]) -> String {
    """
    <details>
    <summary>What each window says</summary>
    <div class="scroll" role="region" aria-labelledby="windows" tabindex="0">
    <table>
    <caption id="windows">Floors are the lowest values of each step. Agreement is Kendall's tau of the \
    floors; evidence says by how many nats growth beats ordinary explanations.</caption>
    <thead><tr><th scope="col">Memory</th><th scope="col" class="figure">Window</th>\
    <th scope="col" class="figure">Floor at its end</th><th scope="col" class="figure">Rise</th>\
    <th scope="col" class="figure">Agreement</th><th scope="col" class="figure">Evidence</th>\
    <th scope="col">So</th></tr></thead>
    <tbody>
    \(windows.map(row).joined(separator: "\n"))
    </tbody>
    </table>
    </div>
    </details>

    """
  }

  private func row(_ window: WindowAssessment) -> String {
    let rise = window.riseBytes
    let cells = [
      TimeSpan.seconds(window.coveredSeconds.rounded()).description,
      ByteCount(window.endBytes).description, "\(rise < 0 ? "" : "+")\(ByteCount(rise))",
      hundredths(window.agreement), window.growth.map { hundredths($0.evidence) } ?? "–",
    ]
    return
      "<tr><th scope=\"row\" class=\"fit\">\(MemoryStretch.name(window.signal).htmlEscaped)</th>"
      + cells.map { "<td class=\"figure\">\($0.htmlEscaped)</td>" }.joined()
      + "<td class=\"fit\">\(conclusion(window).htmlEscaped)</td></tr>"
  }

  private func conclusion(_ window: WindowAssessment) -> String {
    switch window.obstacle {
    case nil: window.growth == nil ? "no growth" : "growth"
    case .notRising: "does not rise"
    case .explained: "ordinary things explain it"
    case .tooSlow: "too slow to count"
    case .faded: "faded by its end"
    case .withinOrdinary: "small beside load and time of day"
    case .warmingUp: "still warming up"
    case .maybeGarbage: "may be garbage"
    case .liveHeapRests: "the live heap rests"
    case .refilling: "fills again after a collection"
    }
  }

  private func hundredths(_ value: Double) -> String {
    guard value.magnitude < 1e9 else { return "–" }
    let all = Int((value * 100).rounded())
    let digits = all.magnitude % 100
    return "\(all < 0 ? "−" : "")\(all.magnitude / 100).\(digits < 10 ? "0" : "")\(digits)"
  }
}
