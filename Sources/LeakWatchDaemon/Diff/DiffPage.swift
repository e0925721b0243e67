internal import Formats
internal import TimeSeries

/// A difference as one page that needs nothing beside it: no script, no network, light and dark.
struct DiffPage {
  private let difference: HeapDifference
  private let words: DiffText
  private let old: String
  private let new: String
  private let limit: Int

  /// - Parameters:
  ///   - old: what the profiles are called, such as their paths.
  ///   - limit: most rows.
  init(_ difference: HeapDifference, old: String, new: String, limit: Int) {
    self.difference = difference
    self.old = old
    self.new = new
    self.limit = limit
    words = DiffText(difference)
  }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>What grew: \(new.htmlEscaped)</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>What grew</h1>
    <p>\(old.htmlEscaped) → \(new.htmlEscaped)<br>\(words.summary.htmlEscaped)\(words.builds.map { "<br>\($0.htmlEscaped)" }.joined())</p>
    \(words.conclusion.map { "<p class=\"verdict\">\($0.htmlEscaped)</p>" } ?? "")
    \(IciclePicture(difference).svg)
    \(difference.growers.isEmpty ? "" : table)
    </body>
    </html>

    """
  }

  private var table: String {
    let rows = difference.growers.prefix(limit).map { site in
      let share = difference.share(of: site.flat).map { "\(Percentage($0))" } ?? ""
      let objects =
        difference.measures.objects == nil || !difference.isInBytes
        ? "" : DiffText.signed(site.flat.objects.delta)
      let cells = [
        words.growth(site.flat), words.certainty(site), share, objects,
        words.growth(site.cumulative),
      ]
      return "<tr\(site.isSignificant ? "" : " class=\"chance\"")>"
        + cells.map { "<td>\($0.htmlEscaped)</td>" }.joined()
        + "<th scope=\"row\">\(site.name.htmlEscaped)</th>"
        + "<th>\((site.place.location ?? "").htmlEscaped)</th></tr>"
    }
    return """
      <table>
      <thead><tr><td>growth</td><td>chance</td><td>share</td><td>objects</td>\
      <td>with callees</td><th>name</th><th>at</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --faint: #767b82;
      --line: #d9dce0; --l: 78%; --s: 62%; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4e6e9; --paper: #17191c; --faint: #8d939b; --line: #35393f; --l: 33%;
        --s: 42%; }
    }
    body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif;
      margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
    svg { width: 100%; height: auto; font: 11px ui-monospace, monospace; }
    svg text { fill: var(--ink); pointer-events: none; }
    svg g:hover rect { stroke: var(--ink); }
    .c0 { fill: var(--line); } .c1 { fill: hsl(12 var(--s) var(--l)); }
    .c2 { fill: hsl(28 var(--s) var(--l)); } .c3 { fill: hsl(44 var(--s) var(--l)); }
    .c4 { fill: hsl(0 var(--s) var(--l)); } .c5 { fill: hsl(345 var(--s) var(--l)); }
    .c6 { fill: hsl(58 var(--s) var(--l)); }
    table { border-collapse: collapse; margin-top: 1.5rem; font-variant-numeric: tabular-nums; }
    td, th { padding: .2rem .7rem; border-bottom: 1px solid var(--line); }
    td { text-align: right; white-space: nowrap; }
    th { text-align: left; font-weight: normal; overflow-wrap: anywhere; }
    thead { color: var(--faint); } .chance { color: var(--faint); }
    .verdict { font-weight: 600; }
    """
}
