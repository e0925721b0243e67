internal import Alerting
internal import ArgumentParser
internal import Detectors
internal import Engine
internal import TimeSeries

/// The forms in which LeakWatch can keep a history.
enum HistoryForm: String, CaseIterable, ExpressibleByArgument {
  /// What every rule but the growth rule needs.
  case windows
  /// Windows, and every sample as well: the growth rule promises PromQL's own value.
  case windowsAndLogs = "windows-and-logs"
  /// The Engine with its services, the growth rule off as it is by default.
  case engine
  case engineWithGrowthRule = "engine-growth-rule"
}

/// A history that was fed sample by sample, all series side by side as a daemon sees them.
struct HeldHistory {
  private(set) var windows: [Window] = []
  private(set) var logs: [SampleLog] = []
  var engine: Engine?

  init(_ history: consuming History, as form: HistoryForm) {
    switch form {
    case .windows: fill(&history, withLogs: false)
    case .windowsAndLogs: fill(&history, withLogs: true)
    case .engine: feedEngine(&history, growthRule: false)
    case .engineWithGrowthRule: feedEngine(&history, growthRule: true)
    }
  }

  private mutating func fill(_ history: inout History, withLogs: Bool) {
    windows = history.series.map { _ in Window(shape: .standard) }
    logs = withLogs ? history.series.map { _ in SampleLog() } : []
    for moment in history.moments {
      for number in windows.indices {
        let sample = Sample(moment, history.nextValue(of: number))
        windows[number].append(sample)
        if withLogs { logs[number].append(sample) }
      }
    }
  }

  private mutating func feedEngine(_ history: inout History, growthRule: Bool) {
    var engine = Engine(settings: Self.settings(growthRule: growthRule))
    let names = (0..<history.options.services).map { ServiceName("service-\($0)") }
    for moment in history.moments {
      for number in history.series.indices {
        let isService = history.isService(number)
        let value = history.nextValue(of: number)
        let result = ScrapeResult(
          service: names[isService ? number : number - names.count],
          source: .exporter(isService ? "cadvisor" : "application"), timestamp: moment,
          incarnation: nil,
          readings: [Reading(isService ? .workingSet : .gcPauseSecondsTotal, value)])
        _ = engine.handle(.scraped(result), at: moment)
      }
    }
    self.engine = engine
  }

  /// The rules as they are configured by default.
  private static func settings(growthRule: Bool) -> EngineSettings {
    EngineSettings(
      host: "bench",
      growthRule: !growthRule
        ? nil
        : ConfiguredRule(
          rule: DerivativeRule(
            window: .hours(24), thresholdBytesPerDay: 0, dialect: .prometheus2),
          timing: AlertTiming(hold: .hours(1), keepFiring: .minutes(15)), severity: .ticket),
      gcPause: ConfiguredRule(
        rule: GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2),
        timing: AlertTiming(hold: .minutes(5), keepFiring: .minutes(10)), severity: .warning),
      oomImminent: ConfiguredRule(
        rule: OOMImminentRule(horizon: .hours(1)),
        timing: AlertTiming(hold: .minutes(2), keepFiring: .minutes(10)), severity: .page))
  }
}
