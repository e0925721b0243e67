internal import Alerting
internal import Detectors
internal import TimeSeries

/// Somebody's word that a leak is fixed.
package struct FixClaim: Hashable, Sendable {
  package var author: String
  package var why: String

  package init(author: String, why: String) {
    self.author = author
    self.why = why
  }
}

/// The lives that leak: one build's, in a row.
struct LeakingLives: Hashable, Sendable {
  /// As far as it is known.
  var build = BuildMarks()
  var from: Timestamp
  var until: Timestamp
}

/// The watch over what is taken for the fix of a leak, from the change to its verdict: a value, given
/// what growth since the change looks like beside the leak's.
struct FixWatch: Hashable, Sendable {
  enum Cause: Hashable, Sendable {
    /// Another build than the one that leaks, in words where it has a name.
    case newBuild(String?)
    case claim(FixClaim)
  }

  /// The leak, as it was known when the change came.
  let leak: LeakReference
  private(set) var leaking: LeakingLives
  /// When the alert began to fire: the episode that this watch belongs to.
  let episodeStart: Timestamp
  let cause: Cause
  /// From when on growth is held against the leak.
  private(set) var since: Timestamp
  private(set) var endsAt: Timestamp
  private(set) var figures: FixReport.Figures?
  /// What was told last; nil while nothing is certain.
  private(set) var verdict: FixVerdict?
  private(set) var isOpen = true
  /// When people were last to be told of it.
  private(set) var madeAt: Timestamp

  private var judgedAt: Timestamp?
  /// A verdict that must stand for a while before it is told.
  private var candidate: Candidate?

  private struct Candidate: Hashable {
    var verdict: FixVerdict
    var since: Timestamp
  }

  init(
    leak: LeakReference, leaking: LeakingLives, episodeStart: Timestamp, cause: Cause,
    since: Timestamp, rule: FixRule, at now: Timestamp
  ) {
    self.leak = leak
    self.leaking = leaking
    self.episodeStart = episodeStart
    self.cause = cause
    self.since = since
    endsAt = since + rule.watch
    madeAt = now
  }

  /// Whether the leak must not be judged by what came before the change: that is over, or may be.
  var hidesThePast: Bool {
    switch verdict {
    case nil: isOpen
    case .fixed, .undecided: true
    case .halfFixed, .stillLeaking, .rolledBack: false
    }
  }

  /// Whether it ended in what leaks still.
  var hasFailed: Bool { !isOpen && verdict != .fixed && verdict != .undecided }

  func isDue(_ rule: MemoryGrowthRule, at now: Timestamp) -> Bool {
    guard isOpen else { return false }
    return now >= endsAt || judgedAt.map { now - $0 >= rule.verdictInterval } ?? true
  }

  /// Takes the newest estimate; nil where too little is known.
  ///
  /// - Returns: a verdict that people are to be told.
  mutating func judge(_ estimate: FixEstimate?, _ rule: FixRule, at now: Timestamp) -> FixVerdict? {
    judgedAt = now
    let isOver = now >= endsAt
    if let estimate { figures = FixReport.Figures(estimate, rule) }
    let found = estimate.flatMap { rule.verdict($0, isFinal: isOver) }
    if isOver {
      isOpen = false
      return tell(found ?? verdict ?? .undecided, at: now)
    }
    guard let found else {
      candidate = nil
      return nil
    }
    if candidate?.verdict != found { candidate = Candidate(verdict: found, since: now) }
    guard let candidate, now - candidate.since >= rule.patience else { return nil }
    if found == .fixed { isOpen = false }
    return tell(found, at: now)
  }

  /// The build that leaks runs again: there is nothing to watch.
  mutating func rollBack(at now: Timestamp) {
    isOpen = false
    _ = tell(.rolledBack, at: now)
  }

  /// People are told of it now: later than a scrape that showed it, and than what is on its way to them.
  mutating func noteTold(at now: Timestamp) { madeAt = max(madeAt, now) }

  private mutating func tell(_ newest: FixVerdict, at now: Timestamp) -> FixVerdict? {
    guard newest != verdict else { return nil }
    verdict = newest
    madeAt = now
    return newest
  }

  /// The clock was set: the time that is left stays as it was.
  mutating func clockMoved(by span: TimeSpan, to now: Timestamp) {
    endsAt = endsAt + span
    since = min(since, now)
    leaking.from = min(leaking.from, now)
    leaking.until = min(leaking.until, now)
    madeAt = min(madeAt, now)
    judgedAt = judgedAt.map { min($0, now) }
    if let start = candidate?.since { candidate?.since = min(start + span, now) }
  }
}

extension FixReport.Figures {
  /// With the range at the confidence of the end.
  init(_ estimate: FixEstimate, _ rule: FixRule) {
    let range = estimate.shareRange(confidence: rule.finalConfidence, withRivals: false)
    self.init(
      slope: estimate.after * 86_400, slopeBefore: estimate.before * 86_400,
      share: estimate.share, shareLow: range?.lowerBound, shareHigh: range?.upperBound,
      basis: estimate.basis.rawValue, isPerRequest: estimate.isPerRequest,
      loadShare: estimate.loadShare)
  }
}

extension FixWatch: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(leak)
    writer.write(leaking)
    for moment in [episodeStart, since, endsAt, madeAt] { writer.write(moment) }
    switch cause {
    case .newBuild(let words):
      writer.write(false)
      writer.write(words)
    case .claim(let claim):
      writer.write(true)
      writer.write(claim.author)
      writer.write(claim.why)
    }
    writer.write(figures)
    writer.write(verdict?.rawValue)
    writer.write(isOpen)
    writer.write(judgedAt)
    writer.write(candidate?.verdict.rawValue)
    writer.write(candidate?.since)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    leak = try reader.value()
    leaking = try reader.value()
    episodeStart = try reader.value()
    since = try reader.value()
    endsAt = try reader.value()
    madeAt = try reader.value()
    if try reader.flag() {
      let author = try reader.text()
      cause = .claim(FixClaim(author: author, why: try reader.text()))
    } else {
      cause = .newBuild(try reader.optional { reader throws(StateFault) in try reader.text() })
    }
    figures = try reader.optionalValue()
    verdict = try Self.verdict(&reader)
    isOpen = try reader.flag()
    judgedAt = try reader.optionalValue()
    let rival = try Self.verdict(&reader)
    let start: Timestamp? = try reader.optionalValue()
    if let rival, let start { candidate = Candidate(verdict: rival, since: start) }
  }

  private static func verdict(_ reader: inout StateReader) throws(StateFault) -> FixVerdict? {
    let text = try reader.optional { reader throws(StateFault) in try reader.text() }
    let verdict = text.flatMap(FixVerdict.init)
    guard (text == nil) == (verdict == nil) else { throw reader.fault("verdict on a fix") }
    return verdict
  }
}

extension LeakingLives: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(build)
    writer.write(build.program)
    writer.write(from)
    writer.write(until)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    build = try reader.value()
    build.program = try reader.optionalValue()
    from = try reader.value()
    until = try reader.value()
    guard from <= until else { throw reader.fault("lives that leak") }
  }
}
