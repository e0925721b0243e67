internal import Alerting
internal import Detectors
internal import TimeSeries

/// All that is known of one service: its lives, its series and its alerts.
struct ServiceState: Sendable {
  /// One source of the service, judged up or down by itself.
  struct SourceState: Sendable {
    var incarnation: Incarnation?
    /// When this source last told its incarnation.
    var toldAt: Timestamp?
    var isUp = true
    /// What it last told of the build that runs.
    var build: BuildMarks?
  }

  var description: ServiceDescription {
    didSet { replicaStem = ReplicaGroup.name(of: description) }
  }
  /// What its name has in common with those of its replicas, if it has any; nil where it cannot.
  private(set) var replicaStem: ServiceName?
  var sources: [ScrapeSource: SourceState] = [:]
  /// Known lives, oldest first.
  var lives = RingBuffer<ServiceLife>(capacity: 64)
  var windows = SignalTable<Window>()
  /// Counters as rates a second, all label sets of one signal together.
  var rates = SignalTable<RateWindow>()
  /// Every sample of the growth rule's window, where that rule is on.
  var growthLog: (signal: Signal, log: SampleLog)?
  /// Every sample of the GC rule's window, one counter a label set.
  var pauseLogs: [UInt64: SampleLog] = [:]
  /// Newest value of what has no window: limits and the like.
  var latest: [Signal: Sample] = [:]
  var alerts: [AlertKind: ServiceAlert] = [:]
  /// What each growth rule found last.
  var growth: [AlertKind: GrowthFigures] = [:]
  /// Kills that no evaluation has seen yet.
  var unseenKills: [OOMKill] = []
  /// The newest verdict and when it was made.
  var verdict: (stored: Indirect<GrowthVerdict>, at: Timestamp)?
  /// What the memory-growth rule found last.
  var growthOutcome: Indirect<RuleOutcome>?
  /// The replicas that it shares its growth alert with; nil where it is alone.
  var group: ServiceName?
  /// Since when that shared alert fires, where this replica is one that grows.
  var groupFiringSince: Timestamp?
  /// Since when the alert of all replicas fires, whether or not this one grows.
  var sharedFiringSince: Timestamp?
  /// What heap profiles showed under the suspicion that stands.
  var evidence: HeapEvidence?
  /// Why there are no profiles, or none yet.
  var evidenceNote: String?
  /// The leak that the growth alert is about, and what is taken for its fix; nil of most services.
  var fixState: FixState? {
    get { storedFixState?.value }
    set { storedFixState = newValue.map(Indirect.stored) }
  }
  private var storedFixState: Indirect<FixState>?
  var endedAt: Timestamp?
  /// A life began that no evaluation has seen yet.
  var hasNewLife = false

  init(description: ServiceDescription) {
    self.description = description
    replicaStem = ReplicaGroup.name(of: description)
  }

  /// What this service takes of the bound on memory.
  func seriesCount(_ settings: EngineSettings) -> Int {
    let pauses = settings.gcPause.map { settings.seriesWorth(ofPausesUnder: $0.rule) } ?? 0
    let growth = settings.growthRule.map { settings.seriesWorth(ofLogOver: $0.rule.window) } ?? 0
    return windows.count + rates.count + pauseLogs.count * pauses + (growthLog == nil ? 0 : growth)
  }

  /// Where memory ends for this service; nil where no limit is known.
  var limitBytes: Double? {
    (latest[.memoryLimit] ?? latest[.heapLimit])?.value
  }

  /// Memory in use by its best signal; nil where none is known.
  var memoryBytes: Double? {
    for signal in SeriesPlan.growthRulePreference {
      if let sample = windows[signal]?.lastSample { return sample.value }
    }
    return nil
  }

  /// Returns whether the source was up before.
  mutating func note(isUp: Bool, _ source: ScrapeSource) -> Bool {
    let wasUp = sources[source]?.isUp
    if wasUp != isUp { sources[source, default: SourceState()].isUp = isUp }
    return wasUp ?? true
  }

  /// Takes one scrape.
  ///
  /// - Returns: what it shows of a new life; nothing most of the time.
  mutating func ingest(
    _ result: ScrapeResult, settings: EngineSettings, budget: inout SeriesBudget
  ) -> (newLife: IncarnationChange?, judgedBuild: IncarnationChange?) {
    endedAt = nil
    if lives.isEmpty {
      lives.append(
        ServiceLife(seenAt: result.timestamp, startedAt: result.incarnation?.startedAt))
    }
    // After a restart of the daemon scrapes are taken in again that the record knows already: an older
    // life is no new one.
    let isKnown = sources[result.source]?.toldAt.map { result.timestamp <= $0 } ?? false
    let newLife = isKnown ? nil : noteIncarnation(result)
    let judgedBuild = isKnown ? nil : noteBuild(result)
    let derived = CgroupAccount(result.readings).derivedReadings
    for reading in result.readings + derived where reading.value.isFinite {
      keep(reading, at: result.timestamp, settings: settings, budget: &budget)
    }
    keepRates(result, settings: settings, budget: &budget)
    keepGrowth(result.readings + derived, at: result.timestamp, settings: settings, budget: &budget)
    return (newLife, judgedBuild)
  }

  /// Forgets the series that belong to settings which no longer hold.
  mutating func adopt(
    _ settings: EngineSettings, after old: EngineSettings, budget: inout SeriesBudget
  ) {
    let before = seriesCount(old)
    if windows.values.contains(where: { $0.shape != settings.windowShape }) {
      windows = SignalTable()
      rates = SignalTable()
    }
    if settings.growthRule == nil { growthLog = nil }
    if settings.gcPause == nil { pauseLogs = [:] }
    budget.release(before - seriesCount(settings), of: description.name)
  }

  /// Keeps of what was restored what the settings ask for and the bound on memory allows.
  mutating func drop(exceeding settings: EngineSettings, budget: inout SeriesBudget) {
    if settings.growthRule == nil { growthLog = nil }
    if settings.gcPause == nil { pauseLogs = [:] }
    let name = description.name
    windows.removeAll { signal, window in
      window.shape != settings.windowShape || !budget.reserve(signal, of: name)
    }
    rates.removeAll { signal, rate in
      rate.window.shape != settings.windowShape || !budget.reserve(signal, of: name)
    }
    if let (signal, _) = growthLog, let rule = settings.growthRule?.rule,
      !budget.reserve(signal, of: name, count: settings.seriesWorth(ofLogOver: rule.window))
    {
      growthLog = nil
    }
    if let rule = settings.gcPause?.rule {
      let worth = settings.seriesWorth(ofPausesUnder: rule)
      pauseLogs = pauseLogs.filter { _ in
        budget.reserve(.gcPauseSecondsTotal, of: name, count: worth)
      }
    }
  }

  /// A new life: what was gathered of the bucket at hand would mix two lives and is dropped.
  private mutating func noteIncarnation(_ result: ScrapeResult) -> IncarnationChange? {
    guard let incarnation = result.incarnation else { return nil }
    let source = sources[result.source]
    sources[result.source, default: SourceState()].incarnation = incarnation
    sources[result.source, default: SourceState()].toldAt = result.timestamp
    guard let known = source?.incarnation,
      known.identity != incarnation.identity || isOtherBuild(result)
    else { return nil }
    // Another source told of this restart already: this one was not heard in between.
    if let toldAt = source?.toldAt, let life = lives.last, life.seenAt > toldAt { return nil }
    lives.append(ServiceLife(seenAt: result.timestamp, startedAt: incarnation.startedAt))
    hasNewLife = true
    windows.changeAll { $0.restart() }
    rates.changeAll { $0.restart() }
    if let signal = growthLog?.signal { growthLog = (signal, SampleLog()) }
    return change(lives.count - 1)
  }

  private mutating func keep(
    _ reading: Reading, at time: Timestamp, settings: EngineSettings, budget: inout SeriesBudget
  ) {
    let sample = Sample(time, reading.value)
    if reading.signal == .gcPauseSecondsTotal {
      keepPause(reading.seriesKey, sample, settings: settings, budget: &budget)
    } else if SeriesPlan.windowed.contains(reading.signal) {
      if windows.change(reading.signal, { $0.append(sample) }) { return }
      guard budget.reserve(reading.signal, of: description.name) else { return }
      var window = Window(shape: settings.windowShape)
      window.append(sample)
      windows.set(reading.signal, to: window)
    } else if !SeriesPlan.rated.contains(reading.signal) {
      latest[reading.signal] = sample
    }
  }

  /// A counter of several label sets is the sum of them: each scrape brings all or none.
  private mutating func keepRates(
    _ result: ScrapeResult, settings: EngineSettings, budget: inout SeriesBudget
  ) {
    for signal in SeriesPlan.rated {
      var total: Double?
      for reading in result.readings where reading.signal == signal && reading.value.isFinite {
        total = (total ?? 0) + reading.value
      }
      guard let total else { continue }
      let sample = Sample(result.timestamp, total)
      if rates.change(signal, { $0.append(sample) }) { continue }
      guard budget.reserve(signal, of: description.name) else { continue }
      var rate = RateWindow(shape: settings.windowShape)
      rate.append(sample)
      rates.set(signal, to: rate)
    }
  }

  private mutating func keepPause(
    _ seriesKey: UInt64, _ sample: Sample, settings: EngineSettings, budget: inout SeriesBudget
  ) {
    guard let rule = settings.gcPause?.rule else { return }
    if pauseLogs[seriesKey] == nil {
      let worth = settings.seriesWorth(ofPausesUnder: rule)
      guard budget.reserve(.gcPauseSecondsTotal, of: description.name, count: worth) else { return }
      pauseLogs[seriesKey] = SampleLog()
    }
    pauseLogs[seriesKey]?.append(sample)
    pauseLogs[seriesKey]?.trim(
      before: sample.timestamp - rule.window, bounds: rule.dialect.rangeBounds)
  }

  private mutating func keepGrowth(
    _ readings: [Reading], at time: Timestamp, settings: EngineSettings,
    budget: inout SeriesBudget
  ) {
    guard let rule = settings.growthRule?.rule else { return }
    let known = growthLog.flatMap { SeriesPlan.growthRulePreference.firstIndex(of: $0.signal) }
    let candidates = SeriesPlan.growthRulePreference.prefix((known ?? Int.max - 1) + 1)
    for signal in candidates {
      guard let reading = readings.first(where: { $0.signal == signal && $0.seriesKey == 0 }) else {
        continue
      }
      if growthLog == nil {
        let worth = settings.seriesWorth(ofLogOver: rule.window)
        guard budget.reserve(signal, of: description.name, count: worth) else { return }
      }
      // A better signal than the one so far begins a log of its own: two metrics are no line.
      if growthLog?.signal != signal { growthLog = (signal, SampleLog()) }
      growthLog?.log.append(Sample(time, reading.value))
      growthLog?.log.trim(before: time - rule.window, bounds: rule.dialect.rangeBounds)
      return
    }
  }
}
