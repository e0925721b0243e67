internal import Alerting
internal import TimeSeries

/// The episodes of a service's alerts as a table, the newest first.
struct HistoryTable {
  private static let mostRows = 50

  private let episodes: [EpisodeRecord]

  /// - Parameter episodes: the newest last.
  init(_ episodes: [EpisodeRecord]) {
    self.episodes = episodes
  }

  var html: String {
    guard !episodes.isEmpty else { return "" }
    let rows = episodes.reversed().prefix(Self.mostRows)
    let left = episodes.count - rows.count
    let more = left == 0 ? "" : " \(left) earlier ones: <code>leakwatch history</code>."
    return """
      <h2 id="history">Alert history</h2>
      <div class="scroll" role="region" aria-labelledby="history" tabindex="0">
      <table>
      <caption>Newest first, times in UTC; also from before LeakWatch was last started.\(more)</caption>
      <thead><tr><th scope="col">Fired at</th><th scope="col">Alert</th><th scope="col">How long</th>\
      <th scope="col">In words</th></tr></thead>
      <tbody>
      \(rows.map(row).joined(separator: "\n"))
      </tbody>
      </table>
      </div>

      """
  }

  private func row(_ episode: EpisodeRecord) -> String {
    let span = episode.endedAt.map { "ended after \($0 - episode.firedAt)" } ?? "fires"
    let words = HistoryText.details(episode).map(\.htmlEscaped).joined(separator: "<br>")
    return "<tr><th scope=\"row\" class=\"fit\">\(BacktestTable.moment(episode.firedAt))</th>"
      + "<td><span class=\"\(episode.severity.rawValue)\">\(AlertList.name(episode.key.kind))</span>, "
      + "\(episode.severity.rawValue)</td><td>\(span)</td><td>\(words)</td></tr>"
  }
}
