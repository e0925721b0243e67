internal import Detectors
internal import TimeSeries

/// The verdict that people were told while an alert fires, and the one that has taken its place.
///
/// A cache looks like a leak until it levels off, and a leak in a young process like a cache: the
/// first name is given early, and a better one is worth telling. It must have stood for six hours,
/// so that a verdict that wavers is no stream of news. The first name, from the shortest past, may be
/// corrected at once; every other stands for a day at least.
struct ToldVerdict: Hashable, Sendable {
  private static let patience = TimeSpan.hours(6)
  private static let leastBetween = TimeSpan.days(1)

  /// Told last; nil where the alert has no verdict, or after a restart until it has one again.
  private(set) var told: Verdict?
  private var toldAt: Timestamp?
  /// Whether the verdict that stands has taken the place of another.
  private var isCorrection = false
  private var rival: Rival?

  private struct Rival: Hashable {
    var verdict: Verdict
    var since: Timestamp
  }

  /// The alert was told with this verdict.
  mutating func tell(_ verdict: Verdict?, at now: Timestamp) {
    if let told, told != verdict { isCorrection = true }
    told = verdict
    toldAt = now
    rival = nil
  }

  /// Takes the newest verdict. - Returns: since when it has stood in place of the one that was
  /// told, where that is to be told now.
  mutating func replaced(by verdict: Verdict?, at now: Timestamp) -> Timestamp? {
    guard let verdict else { return nil }
    guard let told, let toldAt else {
      tell(verdict, at: now)
      return nil
    }
    guard verdict != told else {
      rival = nil
      return nil
    }
    let since = rival?.verdict == verdict ? rival?.since ?? now : now
    rival = Rival(verdict: verdict, since: since)
    let least = isCorrection ? Self.leastBetween : .zero
    return now - since >= Self.patience && now - toldAt >= least ? since : nil
  }

  /// The clock was set by this much: what was counted before it goes on.
  mutating func clockMoved(by span: TimeSpan) {
    toldAt = toldAt.map { $0 + span }
    if let since = rival?.since { rival?.since = since + span }
  }
}
