package import TimeSeries

/// What an alert says.
extension Alert {
  package var key: AlertKey {
    get { content.key }
    set { content.key = newValue }
  }

  package var status: Status {
    get { content.status }
    set { content.status = newValue }
  }

  package var severity: Severity {
    get { content.severity }
    set { content.severity = newValue }
  }

  package var episode: EpisodeID {
    get { content.episode }
    set { content.episode = newValue }
  }

  package var host: String {
    get { content.host }
    set { content.host = newValue }
  }

  /// When it began to fire.
  package var startedAt: Timestamp {
    get { content.startedAt }
    set { content.startedAt = newValue }
  }

  /// When this was said; for `resolved` the end of the episode.
  package var at: Timestamp {
    get { content.at }
    set { content.at = newValue }
  }

  /// "leak", "cache", "fragmentation", … where the rule gives a verdict.
  package var verdict: String? {
    get { content.verdict }
    set { content.verdict = newValue }
  }

  package var flavour: String? {
    get { content.flavour }
    set { content.flavour = newValue }
  }

  package var growth: GrowthFigures {
    get { content.growth }
    set { content.growth = newValue }
  }

  /// Which memory grows: "anon", "shmem", "kernel", "sock".
  package var growing: String? {
    get { content.growing }
    set { content.growing = newValue }
  }

  /// The first line that a person reads: which service, what, how fast, when it ends.
  package var summary: String {
    get { content.summary }
    set { content.summary = newValue }
  }

  package var reasons: [String] {
    get { content.reasons }
    set { content.reasons = newValue }
  }

  package var checklist: [ChecklistAnswer] {
    get { content.checklist }
    set { content.checklist = newValue }
  }

  /// What heap profiles showed; nil where there are none, or none yet.
  package var evidence: HeapEvidence? {
    get { content.evidence }
    set { content.evidence = newValue }
  }

  /// How a fix of this leak stands; nil where none is known.
  package var fix: FixReport? {
    get { content.fix }
    set { content.fix = newValue }
  }

  package var links: [AlertLink] {
    get { content.links }
    set { content.links = newValue }
  }

  package var commands: [SuggestedCommand] {
    get { content.commands }
    set { content.commands = newValue }
  }

  package var description: ServiceDescription {
    get { content.description }
    set { content.description = newValue }
  }
}
