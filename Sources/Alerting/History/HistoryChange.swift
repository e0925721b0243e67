package import TimeSeries

/// Processes that the kernel killed for want of memory, as they are remembered.
package struct KillRecord: Hashable, Sendable {
  package var service: ServiceName
  package var at: Timestamp
  package var count: Int
  /// How it is known, in words.
  package var evidence: String

  package init(service: ServiceName, at: Timestamp, count: Int, evidence: String) {
    self.service = service
    self.at = at
    self.count = count
    self.evidence = evidence
  }
}

/// What has changed in the history since it was last written.
package struct HistoryChange: Hashable, Sendable {
  package var episodes: [EpisodeRecord] = []
  package var kills: [KillRecord] = []
  package var forgotten: [AlertEpisode] = []

  package init() {}

  package var isEmpty: Bool { episodes.isEmpty && kills.isEmpty && forgotten.isEmpty }
}
