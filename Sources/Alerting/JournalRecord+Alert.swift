package import TimeSeries

extension JournalRecord {
  /// The record of an alert's transition; a kill for lack of memory has its own message id.
  ///
  /// - Parameter silence: why nobody else is told of it; nil where the sinks are.
  package init(_ alert: Alert, silence: Silence? = nil) {
    let event: JournalEvent =
      switch (alert.status, alert.key.kind) {
      case (.resolved, _): .alertResolved
      case (.firing, .oomKill): .oomKill
      case (.firing, _): .alertFiring
      }
    let priority = alert.status == .resolved ? event.priority : JournalPriority(alert.severity)
    let held = silence.map {
      "\n  silenced: until \($0.endsAt.rfc3339) by \($0.author): \($0.reason)"
    }
    let mark = silence.map { [Field("LEAKWATCH_SILENCE", String($0.id))] }
    self.init(
      event, priority: priority, message: AlertText.text(alert) + (held ?? ""),
      details: Self.details(alert) + (mark ?? []))
  }

  package static func silenceBegun(_ silence: Silence) -> JournalRecord {
    JournalRecord(
      .silenceBegun,
      message: "nobody is told of \(silence.subject) until \(silence.endsAt.rfc3339), as "
        + "\(silence.author) asked: \(silence.reason)",
      details: fields(of: silence))
  }

  /// - Parameter author: who ended it; nil where its time was over.
  package static func silenceEnded(_ silence: Silence, by author: String?) -> JournalRecord {
    let how = author.map { "was ended by \($0)" } ?? "is over"
    return JournalRecord(
      .silenceEnded,
      message: "the silence about \(silence.subject) \(how): what fires still is told",
      details: fields(of: silence))
  }

  private static func fields(of silence: Silence) -> [Field] {
    [
      Field("LEAKWATCH_SILENCE", String(silence.id)),
      Field("LEAKWATCH_SERVICE", silence.services.text),
      Field("LEAKWATCH_REASON", silence.reason),
      Field("LEAKWATCH_AUTHOR", silence.author),
      Field("LEAKWATCH_ENDS_AT", silence.endsAt.rfc3339),
    ]
  }

  /// An exporter or cgroup that no longer answers: the gap begins.
  package static func targetDown(
    _ target: String, of service: ServiceDescription, reason: String
  ) -> JournalRecord {
    JournalRecord(
      .targetDown, message: "\(service.name): \(target) does not answer: \(reason)",
      details: fields(of: service) + [
        Field("LEAKWATCH_TARGET", target), Field("LEAKWATCH_REASON", reason),
      ])
  }

  /// It answers again after `outage`.
  package static func targetUp(
    _ target: String, of service: ServiceDescription, after outage: TimeSpan
  ) -> JournalRecord {
    JournalRecord(
      .targetUp, message: "\(service.name): \(target) answers again after \(outage)",
      details: fields(of: service) + [
        Field("LEAKWATCH_TARGET", target),
        Field("LEAKWATCH_OUTAGE_SECONDS", JSONValue.number(outage.seconds).text),
      ])
  }

  /// Which service it is about; OBJECT_SYSTEMD_UNIT lets `journalctl` find it with the unit's log.
  package static func fields(of service: ServiceDescription) -> [Field] {
    let known: [(String, String?)] = [
      ("LEAKWATCH_SERVICE", service.name.text),
      ("OBJECT_SYSTEMD_UNIT", service.unit),
      ("OBJECT_SYSTEMD_INVOCATION_ID", service.invocationID),
      ("LEAKWATCH_CGROUP", service.cgroupPath),
      ("LEAKWATCH_RUNTIME", service.runtime),
    ]
    return present(known)
  }

  private static func details(_ alert: Alert) -> [Field] {
    let texts: [(String, String?)] = [
      ("LEAKWATCH_ALERT", alert.key.kind.rawValue),
      ("LEAKWATCH_STATUS", alert.status.rawValue),
      ("LEAKWATCH_SEVERITY", alert.severity.rawValue),
      ("LEAKWATCH_EPISODE", alert.episode.text),
      ("LEAKWATCH_HOST", alert.host),
      ("LEAKWATCH_STARTED_AT", alert.startedAt.rfc3339),
      ("LEAKWATCH_VERDICT", alert.verdict),
      ("LEAKWATCH_FLAVOUR", alert.flavour),
      ("LEAKWATCH_GROWING", alert.growing),
      ("LEAKWATCH_FIX", alert.fix?.state),
      ("LEAKWATCH_PAGE_URL", alert.pageURL),
      ("LEAKWATCH_RUNBOOK_URL", alert.runbookURL),
    ]
    let figures: [(String, Double?)] = [
      ("LEAKWATCH_SLOPE_BYTES_PER_DAY", alert.growth.slopeBytesPerDay),
      ("LEAKWATCH_SLOPE_LOW", alert.growth.slopeLow),
      ("LEAKWATCH_SLOPE_HIGH", alert.growth.slopeHigh),
      ("LEAKWATCH_SECONDS_TO_LIMIT", alert.growth.secondsToLimit),
      ("LEAKWATCH_SECONDS_TO_LIMIT_LOW", alert.growth.secondsToLimitLow),
      ("LEAKWATCH_SECONDS_TO_LIMIT_HIGH", alert.growth.secondsToLimitHigh),
    ]
    // The journal has no word for "not a number": such a figure is as absent as an unknown one.
    let known = figures.compactMap { name, value in
      value.flatMap { $0.isFinite ? Field(name, JSONValue.number($0).text) : nil }
    }
    return fields(of: alert.description) + present(texts) + known
  }

  private static func present(_ fields: [(String, String?)]) -> [Field] {
    fields.compactMap { name, value in value.map { Field(name, $0) } }
  }
}

extension JournalPriority {
  fileprivate init(_ severity: Severity) {
    switch severity {
    case .ticket: self = .notice
    case .warning: self = .warning
    case .page: self = .critical
    }
  }
}
