internal import Alerting
internal import Detectors
internal import TimeSeries

/// All that is known of one service: its lives, its series and its alerts.
struct ServiceState: Sendable {
  /// One source of the service, judged up or down by itself.
  struct SourceState: Sendable {
    var incarnation: Incarnation?
    var isUp = true
  }

  var description: ServiceDescription
  var sources: [ScrapeSource: SourceState] = [:]
  /// When each known life was first seen, oldest first.
  var lives = RingBuffer<Timestamp>(capacity: 64)
  var windows: [Signal: Window] = [:]
  /// Every sample of the growth rule's window, where that rule is on.
  var growthLog: (signal: Signal, log: SampleLog)?
  /// Every sample of the GC rule's window, one counter a label set.
  var pauseLogs: [UInt64: SampleLog] = [:]
  /// Newest value of what has no window: limits and the like.
  var latest: [Signal: Sample] = [:]
  var alerts: [AlertKind: AlertStateMachine] = [:]
  /// What each growth rule found last.
  var growth: [AlertKind: GrowthFigures] = [:]
  /// Kills that no evaluation has seen yet.
  var unseenKills: [OOMKill] = []
  var endedAt: Timestamp?
  /// A life began that no evaluation has seen yet.
  var hasNewLife = false

  init(description: ServiceDescription) {
    self.description = description
  }

  /// What this service takes of the bound on memory.
  func seriesCount(_ settings: EngineSettings) -> Int {
    let pauses = settings.gcPause.map { settings.seriesWorth(ofPausesUnder: $0.rule) } ?? 0
    let growth = settings.growthRule.map { settings.seriesWorth(ofLogOver: $0.rule.window) } ?? 0
    return windows.count + pauseLogs.count * pauses + (growthLog == nil ? 0 : growth)
  }

  /// Where memory ends for this service; nil where no limit is known.
  var limitBytes: Double? {
    (latest[.memoryLimit] ?? latest[.heapLimit])?.value
  }

  /// Takes one scrape.
  mutating func ingest(
    _ result: ScrapeResult, settings: EngineSettings, budget: inout SeriesBudget
  ) {
    endedAt = nil
    if lives.isEmpty { lives.append(result.timestamp) }
    noteIncarnation(result)
    let derived = CgroupAccount(result.readings).derivedReadings
    for reading in result.readings + derived where reading.value.isFinite {
      keep(reading, at: result.timestamp, settings: settings, budget: &budget)
    }
    keepGrowth(result.readings + derived, at: result.timestamp, settings: settings, budget: &budget)
  }

  /// Forgets the series that belong to settings which no longer hold.
  mutating func adopt(
    _ settings: EngineSettings, after old: EngineSettings, budget: inout SeriesBudget
  ) {
    let before = seriesCount(old)
    if windows.values.contains(where: { $0.shape != settings.windowShape }) { windows = [:] }
    if settings.growthRule == nil { growthLog = nil }
    if settings.gcPause == nil { pauseLogs = [:] }
    budget.release(before - seriesCount(settings), of: description.name)
  }

  /// A new life: what was gathered of the bucket at hand would mix two lives and is dropped.
  private mutating func noteIncarnation(_ result: ScrapeResult) {
    guard let incarnation = result.incarnation else { return }
    let known = sources[result.source]?.incarnation
    sources[result.source, default: SourceState()].incarnation = incarnation
    guard let known, known.identity != incarnation.identity else { return }
    lives.append(result.timestamp)
    hasNewLife = true
    for signal in windows.keys { windows[signal]?.restart() }
    if let signal = growthLog?.signal { growthLog = (signal, SampleLog()) }
  }

  private mutating func keep(
    _ reading: Reading, at time: Timestamp, settings: EngineSettings, budget: inout SeriesBudget
  ) {
    let sample = Sample(time, reading.value)
    if reading.signal == .gcPauseSecondsTotal {
      keepPause(reading.seriesKey, sample, settings: settings, budget: &budget)
    } else if SeriesPlan.windowed.contains(reading.signal) {
      if windows[reading.signal] == nil {
        guard budget.reserve(reading.signal, of: description.name) else { return }
        windows[reading.signal] = Window(shape: settings.windowShape)
      }
      windows[reading.signal]?.append(sample)
    } else {
      latest[reading.signal] = sample
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
