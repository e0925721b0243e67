internal import Alerting
internal import Detectors
internal import Signals
internal import TimeSeries

/// A back-test as one HTML page that needs nothing else: no scripts, no other files, no network. It
/// follows the reader's choice of dark or light.
struct BacktestPage {
  /// A picture is some 60 KB.
  private static let picturesAtMost = 200

  private let result: BacktestResult
  private let server: String

  /// - Parameter server: its address without secrets.
  init(_ result: BacktestResult, server: String) {
    self.result = result
    self.server = server
  }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>LeakWatch back-test</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <h1>LeakWatch back-test</h1>
    <p class="facts">\(server.htmlEscaped), \(range), every \(result.grid.step.description)</p>
    <p class="answer">\(sentence)</p>
    \(gaps)\(overview)\(pictures)
    </body>
    </html>

    """
  }

  private var sentence: String {
    let text = result.sentence.htmlEscaped
    return "It \(text)."
  }

  private var range: String {
    "\(BacktestTable.moment(result.grid.start)) to \(BacktestTable.moment(result.grid.end)) UTC"
  }

  private var gaps: String {
    guard result.gapCount > 0 else { return "" }
    return
      "<p class=\"gap\">\(result.gapCount) stretches could not be read from the server: what fired in "
      + "them is not known.</p>\n"
  }

  /// Those that fired come first, the most urgent of them before the others.
  private var ordered: [BacktestRecord] {
    result.records.enumerated().sorted { left, right in
      let (first, second) = (Self.rank(left.element), Self.rank(right.element))
      return first == second ? left.offset < right.offset : first > second
    }.map(\.element)
  }

  private static func rank(_ record: BacktestRecord) -> Int {
    if record.count(.page) > 0 { return 4 }
    if record.count(.warning) > 0 { return 3 }
    if !record.firings.isEmpty { return 2 }
    return record.endings.isEmpty ? 0 : 1
  }

  private var overview: String {
    let rows = ordered.enumerated().map { index, record in
      let first = record.firings.first
      let ending = first.flatMap { record.ending(after: $0.at) }
      let fired = first.map { "\($0.kind.rawValue), \($0.severityText)" } ?? "–"
      let at = first.map { BacktestTable.moment($0.at) } ?? "–"
      let lead =
        first.flatMap { firing in ending.map { BacktestResult.lead($0, firing.at) } } ?? "–"
      let name = record.service.text.htmlEscaped
      let link = index < Self.picturesAtMost ? "<a href=\"#s\(index)\">\(name)</a>" : name
      let verdict = VerdictText.cell(record.verdict?.verdict, record.verdict?.flavour).text
      return "<tr><th scope=\"row\">\(link)</th><td>\(fired)</td><td>\(at)</td><td>\(lead)</td>"
        + "<td>\(record.firingCount)</td><td>\(verdict.htmlEscaped)</td></tr>"
    }
    return """
      <table>
      <thead><tr><th>Service</th><th>Fired first</th><th>At (UTC)</th><th>Before</th>\
      <th>Alerts</th><th>Verdict at the end</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>

      """
  }

  private var pictures: String {
    let records = ordered
    let shown = records.prefix(Self.picturesAtMost).enumerated().map { index, record in
      """
      <section id="s\(index)">
      <h2>\(record.service.text.htmlEscaped)</h2>
      \(BacktestPicture(record).text)
      \(Self.firings(record))</section>
      """
    }
    let more = records.count - shown.count
    return shown.joined(separator: "\n")
      + (more > 0 ? "\n<p>\(more) more services have no picture here.</p>" : "")
  }

  private static func firings(_ record: BacktestRecord) -> String {
    let items = record.firings.prefix(20).map { firing in
      let ending = record.ending(after: firing.at)
      let lead = ending.map { ", \(BacktestResult.lead($0, firing.at))" } ?? ""
      let reasons = firing.reasons.isEmpty ? "" : ": " + firing.reasons.joined(separator: ", ")
      return
        "<li class=\"\(firing.severity.rawValue)\"><time>\(BacktestTable.moment(firing.at))</time> "
        + "<strong>\(firing.kind.rawValue)</strong> (\(firing.severityText)\(lead)): "
        + "\("\(firing.said)\(reasons)".htmlEscaped)</li>"
    }
    guard !items.isEmpty else { return "<p class=\"silent\">Nothing would have fired.</p>\n" }
    let more = record.firingCount - items.count
    let rest = more > 0 ? "<li>and \(more) more</li>" : ""
    return "<ul>\n\(items.joined(separator: "\n"))\(rest)\n</ul>\n"
  }

  private static let style = """
    :root{color-scheme:light dark;--ground:#fff;--ink:#1c2126;--soft:#5d6873;--rule:#d9dee3;\
    --line:#2364aa;--band:#2364aa33;--page:#c0262d;--warning:#b26a00;--ticket:#6b57a8;--end:#7a8590}
    @media (prefers-color-scheme:dark){:root{--ground:#14181c;--ink:#e4e8ec;--soft:#97a3ae;\
    --rule:#2d343b;--line:#6cabf2;--band:#6cabf233;--page:#ff6b6b;--warning:#f0a640;--ticket:#b4a2ee;\
    --end:#8b97a3}}
    body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);\
    max-width:62rem;margin:2rem auto;padding:0 1rem}
    h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
    .facts,.silent{color:var(--soft)}.answer{font-size:1.15rem;font-weight:600}
    .gap{border-left:3px solid var(--warning);padding-left:.7rem}
    table{border-collapse:collapse;width:100%;font-size:.9rem;display:block;overflow-x:auto}
    th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--rule);\
    font-weight:400;vertical-align:top}thead th{color:var(--soft)}
    a{color:var(--line)}ul{padding-left:1.1rem}li.page strong{color:var(--page)}
    li.warning strong{color:var(--warning)}li.ticket strong{color:var(--ticket)}
    time{font-variant-numeric:tabular-nums}
    svg{width:100%;height:auto;display:block}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
    .grid{stroke:var(--rule);stroke-width:1}.mean{fill:none;stroke:var(--line);stroke-width:1.5}
    .range{fill:var(--band)}.limit{stroke:var(--page);stroke-dasharray:5 4;stroke-width:1}
    .restart{stroke:var(--end);stroke-dasharray:2 3}.oom{stroke:var(--page);stroke-width:2}
    rect.page{fill:var(--page)}rect.warning{fill:var(--warning)}rect.ticket{fill:var(--ticket)}
    rect{fill-opacity:.14}path.page{fill:var(--page)}path.warning{fill:var(--warning)}
    path.ticket{fill:var(--ticket)}
    """
}
