internal import Alerting
internal import TimeSeries

/// Each rule with its thresholds in words.
extension Configuration.Rules {
  var lines: [SummaryLine] {
    [
      memoryGrowth.line, growthRule.line, gcPause.line, oomImminent.line, oomKill.line,
      maxUptime.line,
      sinkFailing.line(.sinkFailing, "alerts wait for a sink that takes none"),
      targetDown.line(.targetDown, "a target does not answer"),
      .rule(
        .configRejected, isEnabled: configRejected.isEnabled, "a reload is refused",
        severity: configRejected.severity),
      stateDegraded.line(.stateDegraded, "the state cannot be written"),
      SummaryLine("rules", "evaluated every \(evaluationInterval)"),
    ]
  }
}

extension SummaryLine {
  fileprivate static func rule(
    _ kind: AlertKind, isEnabled: Bool, _ condition: String, severity: Severity
  ) -> SummaryLine {
    let text = isEnabled ? "\(condition): a \(severity.rawValue)" : "off"
    return SummaryLine("rule", "\(kind.rawValue): \(text)")
  }
}

private func held(for hold: TimeSpan) -> String {
  hold > .zero ? ", for \(hold)" : ""
}

extension Configuration.MemoryGrowth {
  fileprivate var line: SummaryLine {
    let urgency = "a warning if it ends within \(warnWithin), a page within \(pageWithin)"
    let text =
      "memory grows and nothing ordinary explains it\(held(for: holdDuration)): a ticket; \(urgency)"
    return SummaryLine(
      "rule", "\(AlertKind.memoryGrowth.rawValue): \(isEnabled ? text : "off")")
  }
}

extension Configuration.GrowthRule {
  fileprivate var line: SummaryLine {
    let rate = "\(ByteCount(threshold.bytesPerDay)) a day"
    return .rule(
      .growthRule, isEnabled: isEnabled,
      "memory grows by more than \(rate) over \(window)\(held(for: holdDuration))",
      severity: severity)
  }
}

extension Configuration.GCPause {
  fileprivate var line: SummaryLine {
    let percent = (threshold * 1000).rounded() / 10
    let shown = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    return .rule(
      .gcPause, isEnabled: isEnabled,
      "garbage collection pauses take more than \(shown) % of \(window)\(held(for: holdDuration))",
      severity: severity)
  }
}

extension Configuration.OOMImminent {
  fileprivate var line: SummaryLine {
    .rule(
      .oomImminent, isEnabled: isEnabled,
      "the memory limit is reached within \(within)\(held(for: holdDuration))", severity: severity)
  }
}

extension Configuration.OOMKill {
  fileprivate var line: SummaryLine {
    .rule(
      .oomKill, isEnabled: isEnabled, "the kernel kills a process for want of memory",
      severity: severity)
  }
}

extension Configuration.MaxUptime {
  fileprivate var line: SummaryLine {
    let which = services.isEmpty ? "" : " of " + services.map(\.text).joined(separator: ", ")
    return .rule(
      .maxUptime, isEnabled: isEnabled, "no restart\(which) for more than \(maxUptime)",
      severity: severity)
  }
}

extension OwnTrouble {
  fileprivate func line(_ kind: AlertKind, _ condition: String) -> SummaryLine {
    .rule(
      kind, isEnabled: isEnabled, "\(condition)\(held(for: holdDuration))", severity: severity)
  }
}
