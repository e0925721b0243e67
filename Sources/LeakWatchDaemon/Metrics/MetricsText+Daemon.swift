internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension MetricsText {
  /// What the daemon tells of itself.
  mutating func add(_ facts: DaemonFacts, process: ProcessFigures) {
    family(
      "leakwatch_build_info", .gauge, "Always 1; the version of LeakWatch that runs is its label.")
    sample("leakwatch_build_info", [("version", LeakWatch.version)], 1)
    add(process, startedAt: facts.startedAt)
    addConfiguration(facts.tally)
    addScrapes(facts)
    addEvaluation(facts.tally)
    addWindows(facts.windows)
    addSinks(facts.sinks)
    family("leakwatch_http_requests_total", .counter, "Requests to this listener, by status code.")
    for (code, count) in facts.replies.sorted(by: { $0.key < $1.key }) {
      sample("leakwatch_http_requests_total", [("code", String(code))], Double(count))
    }
  }

  private mutating func add(_ process: ProcessFigures, startedAt: Timestamp) {
    single(
      "process_resident_memory_bytes", .gauge, "Resident memory of LeakWatch.",
      process.residentBytes)
    single(
      "process_resident_anonymous_memory_bytes", .gauge,
      "Resident memory of LeakWatch that is backed by no file.", process.anonymousBytes)
    single(
      "process_virtual_memory_bytes", .gauge, "Address space of LeakWatch.", process.virtualBytes)
    single(
      "process_cpu_seconds_total", .counter, "CPU time of LeakWatch, user and system.",
      process.cpuSeconds)
    single(
      "process_open_fds", .gauge, "File descriptors that LeakWatch holds.",
      process.openDescriptors.map(Double.init))
    single(
      "process_max_fds", .gauge, "File descriptors that LeakWatch may hold.",
      process.maximumDescriptors)
    single(
      "process_start_time_seconds", .gauge, "When LeakWatch started, in Unix time.",
      startedAt.seconds)
  }

  private mutating func addConfiguration(_ tally: DaemonTally) {
    single(
      "leakwatch_config_last_reload_successful", .gauge,
      "1 where the configuration that was read last holds, 0 where it was rejected.",
      tally.rejection == nil ? 1 : 0)
    single(
      "leakwatch_config_last_reload_success_timestamp_seconds", .gauge,
      "When the configuration that holds was read, in Unix time.", tally.configuredAt.seconds)
  }

  private mutating func addScrapes(_ facts: DaemonFacts) {
    let kinds = DaemonTally.SourceKind.allCases
    family(
      "leakwatch_scrapes_total", .counter,
      "Readings of cgroups, scrapes of exporters and rounds of queries to Prometheus servers.")
    for kind in kinds {
      let count = facts.tally.scrapes[kind]?.all ?? 0
      sample("leakwatch_scrapes_total", [("source", kind.rawValue)], Double(count))
    }
    family("leakwatch_scrape_failures_total", .counter, "Those of them that failed.")
    for kind in kinds {
      let count = facts.tally.scrapes[kind]?.failed ?? 0
      sample("leakwatch_scrape_failures_total", [("source", kind.rawValue)], Double(count))
    }
    family("leakwatch_targets", .gauge, "What is watched, by source and by whether it answers.")
    for targets in facts.targets {
      let source = ("source", targets.kind.rawValue)
      sample("leakwatch_targets", [source, ("state", "up")], Double(targets.up))
      sample("leakwatch_targets", [source, ("state", "down")], Double(targets.down))
    }
  }

  private mutating func addEvaluation(_ tally: DaemonTally) {
    let name = "leakwatch_evaluation_duration_seconds"
    family(name, .summary, "Time that one evaluation of all services takes.")
    sample(name + "_sum", [], tally.evaluationSeconds)
    sample(name + "_count", [], Double(tally.evaluations))
    single(
      "leakwatch_last_evaluation_timestamp_seconds", .gauge,
      "When all services were last evaluated, in Unix time.", tally.lastEvaluation?.seconds)
    single(
      "leakwatch_oom_kills_total", .counter, "OOM kills seen in the services that are watched.",
      Double(tally.oomKills))
  }

  private mutating func addWindows(_ windows: DaemonFacts.Windows) {
    single(
      "leakwatch_windows_series", .gauge,
      "Series whose past is kept; a log counts for as many as its bytes are worth.",
      Double(windows.series))
    single(
      "leakwatch_windows_series_limit", .gauge, "How many may be kept.",
      Double(windows.seriesLimit))
    single(
      "leakwatch_windows_memory_bytes", .gauge, "What these series take at most.",
      Double(windows.series * windows.bytesPerSeries))
    single(
      "leakwatch_windows_memory_limit_bytes", .gauge, "The bound, [windows] max_memory.",
      Double(windows.limitBytes))
    single(
      "leakwatch_windows_series_left_out", .gauge,
      "Series that are left out because the bound is reached.",
      Double(windows.leftOut?.series ?? 0))
  }

  private mutating func addSinks(_ sinks: [DaemonFacts.Sink]) {
    func each(
      _ name: String, _ kind: Kind, _ help: String, _ value: (DaemonFacts.Sink) -> Double
    ) {
      family(name, kind, help)
      for sink in sinks { sample(name, [("sink", sink.name)], value(sink)) }
    }
    each("leakwatch_outbox_notifications", .gauge, "Notifications that wait, by sink.") {
      Double($0.waiting)
    }
    each("leakwatch_sink_up", .gauge, "0 where a sink fails again and again or is switched off.") {
      $0.record.trouble == nil ? 1 : 0
    }
    each("leakwatch_deliveries_total", .counter, "Notifications that a receiver has taken.") {
      Double($0.record.delivered)
    }
    each(
      "leakwatch_delivery_failures_total", .counter,
      "Attempts to deliver that failed, those that were the last included."
    ) { Double($0.record.postponed + $0.record.givenUp) }
    each(
      "leakwatch_deliveries_given_up_total", .counter,
      "Notifications that no receiver has taken; the journal has them."
    ) { Double($0.record.givenUp) }
  }
}
