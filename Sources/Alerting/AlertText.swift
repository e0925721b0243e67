package import TimeSeries

/// What a person reads of an alert, in the journal and on standard error: first which service,
/// what, how fast and when it ends; then why; then what to paste.
package enum AlertText {
  /// Several lines, none of them empty, without a newline at the end.
  package static func text(_ alert: Alert) -> String {
    var lines = [alert.summary]
    lines += alert.reasons.map { "  because: \($0)" }
    lines += alert.links.map { "  see:     \($0.href) (\($0.text))" }
    lines += alert.commands.map { "  run:     \($0.command)   # \($0.purpose)" }
    return lines.joined(separator: "\n")
  }

  /// The first line, composed of what is known: "api: memory grows 512 MiB/day (487 MiB to
  /// 540 MiB), true leak, in anon; limit in 3 d 1 h (2 d 18 h to 3 d 9 h)".
  package static func summary(
    key: AlertKey, status: Alert.Status, flavour: String? = nil,
    growth: GrowthFigures = GrowthFigures(), growing: String? = nil
  ) -> String {
    let name = key.service.text
    guard status == .firing else { return "\(name): resolved: \(calm(after: key.kind))" }
    var sentence = "\(name): \(trouble(key.kind))"
    if let rate = rate(growth) { sentence += key.kind.isGrowth ? " \(rate)" : ", growing \(rate)" }
    if let flavour { sentence += ", \(flavour.replacingUnderscores)" }
    if let growing { sentence += ", in \(growing)" }
    if let limit = timeToLimit(growth) { sentence += "; \(limit)" }
    return sentence
  }

  private static func trouble(_ kind: AlertKind) -> String {
    switch kind {
    case .memoryGrowth, .growthRule: "memory grows"
    case .gcPause: "garbage collection pauses take too much time"
    case .oomImminent: "runs into its memory limit soon"
    case .oomKill: "killed for lack of memory"
    case .maxUptime: "runs longer than its maximum uptime"
    }
  }

  private static func calm(after kind: AlertKind) -> String {
    switch kind {
    case .memoryGrowth, .growthRule: "memory no longer grows"
    case .gcPause: "garbage collection pauses are back within bounds"
    case .oomImminent: "the memory limit is no longer near"
    case .oomKill: "no further kill for lack of memory"
    case .maxUptime: "restarted"
    }
  }

  private static func rate(_ growth: GrowthFigures) -> String? {
    guard let slope = growth.slopeBytesPerDay else { return nil }
    let rate = "\(ByteCount(slope))/day"
    guard let low = growth.slopeLow, let high = growth.slopeHigh else { return rate }
    return "\(rate) (\(ByteCount(low)) to \(ByteCount(high)))"
  }

  private static func timeToLimit(_ growth: GrowthFigures) -> String? {
    guard let seconds = growth.secondsToLimit, seconds.isFinite else { return nil }
    let limit = "limit in \(TimeSpan.seconds(seconds.rounded()))"
    guard let low = growth.secondsToLimitLow, let high = growth.secondsToLimitHigh, high.isFinite
    else { return limit }
    return "\(limit) (\(TimeSpan.seconds(low.rounded())) to \(TimeSpan.seconds(high.rounded())))"
  }
}

extension AlertKind {
  fileprivate var isGrowth: Bool { self == .memoryGrowth || self == .growthRule }
}

extension String {
  fileprivate var replacingUnderscores: String {
    String(map { $0 == "_" ? " " : $0 })
  }
}
