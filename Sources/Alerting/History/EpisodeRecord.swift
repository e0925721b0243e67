package import TimeSeries

/// One episode of an alert as it is remembered: what it was at its worst, and what happened in it.
/// A value without a clock; unknown is nil, never 0.
package struct EpisodeRecord: Hashable, Sendable {
  /// Something that was done or seen in the episode: one dated line.
  package struct Step: Hashable, Sendable {
    package var moment: Timestamp
    /// "new build", "restart done by LeakWatch", …
    package var what: String
    package var why: String?

    package init(moment: Timestamp, what: String, why: String? = nil) {
      self.moment = moment
      self.what = what
      self.why = why
    }
  }

  package var key: AlertKey
  package var id: EpisodeID
  /// The highest that was told.
  package var severity: Severity
  /// Since when its condition held; nil where that is not known any more.
  package var beganAt: Timestamp?
  package var firedAt: Timestamp
  /// nil while it fires.
  package var endedAt: Timestamp?
  package var endReason: String?
  /// As they were told at the highest severity.
  package var verdict: String?
  package var flavour: String?
  package var growing: String?
  package var summary: String
  /// The fastest growth that was seen.
  package var peakSlopeBytesPerDay: Double?
  /// New lives of the service between firing and end; nil where no source tells them apart.
  package var restarts: Int?
  /// nil where nothing would tell of one.
  package var oomKills: Int?
  /// What grew in the heap, where profiles told it; the largest growth first.
  package var growers: [String] = []
  /// In the order in which they came.
  package private(set) var steps: [Step] = []

  /// More say nothing that the first ones do not, and an endless loop of restarts must not fill the
  /// disk.
  package static let mostSteps = 100
  /// Of each text, in bytes: enough for every sentence of ours with the longest names.
  package static let longestText = 2000
  private static let mostGrowers = 3

  package init(
    key: AlertKey, id: EpisodeID, severity: Severity, beganAt: Timestamp? = nil,
    firedAt: Timestamp, summary: String
  ) {
    self.key = key
    self.id = id
    self.severity = severity
    self.beganAt = beganAt
    self.firedAt = firedAt
    self.summary = summary.cut
  }

  package init(_ alert: Alert, beganAt: Timestamp?) {
    self.init(
      key: alert.key, id: alert.episode, severity: alert.severity, beganAt: beganAt,
      firedAt: alert.startedAt, summary: alert.summary)
    take(alert)
  }

  package var identity: AlertEpisode { AlertEpisode(key: key, episode: id) }

  /// The newest word on the episode, as people are told it.
  package mutating func take(_ alert: Alert) {
    if let found = alert.evidence?.growers, !found.isEmpty {
      growers = found.prefix(Self.mostGrowers).map { $0.place.cut }
    }
    guard alert.status == .firing else {
      return end(at: alert.at, because: alert.reasons.joined(separator: "; "))
    }
    endedAt = nil
    endReason = nil
    note(slope: alert.growth.slopeBytesPerDay)
    // Word of a fix is a step, and no summary of the leak.
    guard alert.severity > severity || alert.severity == severity && alert.fix == nil else {
      return
    }
    severity = alert.severity
    summary = alert.summary.cut
    verdict = alert.verdict ?? verdict
    flavour = alert.flavour ?? flavour
    growing = alert.growing ?? growing
  }

  /// - Parameter slope: bytes a day, as of now.
  /// - Returns: whether that is more than was known.
  @discardableResult
  package mutating func note(slope: Double?) -> Bool {
    guard let slope, slope.isFinite, slope > peakSlopeBytesPerDay ?? -.infinity else {
      return false
    }
    peakSlopeBytesPerDay = slope
    return true
  }

  package mutating func append(_ step: Step) {
    guard steps.count < Self.mostSteps else { return }
    steps.append(
      Step(moment: step.moment, what: step.what.cut, why: step.why.map(\.cut)))
  }

  package mutating func end(at moment: Timestamp, because reason: String) {
    endedAt = moment
    endReason = reason.isEmpty ? "its condition no longer holds" : reason.cut
  }
}

extension String {
  /// Whole characters of at most the longest text's bytes.
  fileprivate var cut: String {
    guard utf8.count > EpisodeRecord.longestText else { return self }
    var text = ""
    var length = 0
    for character in self {
      length += character.utf8.count
      guard length <= EpisodeRecord.longestText else { break }
      text.append(character)
    }
    return text
  }
}
