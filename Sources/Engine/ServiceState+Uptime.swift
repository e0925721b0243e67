package import Alerting
internal import Detectors
package import TimeSeries

/// A service that runs for longer than this is due for a restart.
package struct MaxUptimeRule: Hashable, Sendable {
  package var limit: TimeSpan
  /// Where not empty, the services that one of these patterns fits.
  package var services: [ServicePattern]

  package init(limit: TimeSpan, services: [ServicePattern] = []) {
    self.limit = limit
    self.services = services
  }

  func isAbout(_ service: ServiceName) -> Bool {
    services.isEmpty || services.contains { $0.matches(service) }
  }
}

extension ServiceState {
  /// When the life that goes on began, and whether that is only when it was first seen.
  var lifeBegan: (at: Timestamp, isFirstSight: Bool)? {
    lives.last.map { ($0.startedAt ?? $0.seenAt, $0.startedAt == nil) }
  }

  func uptimeFinding(_ rule: MaxUptimeRule, at now: Timestamp) -> Finding {
    guard endedAt == nil, rule.isAbout(description.name) else {
      return Finding(condition: .notMet)
    }
    guard let began = lifeBegan else { return .insufficientData("it was not seen yet") }
    let age = now - began.at
    guard age > rule.limit else { return Finding(condition: .notMet, value: age.seconds) }
    let least = began.isFirstSight ? "at least " : ""
    return Finding(
      condition: .met, value: age.seconds,
      reasons: ["up for \(least)\(age), since \(began.at.rfc3339), longer than \(rule.limit)"])
  }

  /// What memory did in this life; nil where too little is known.
  func restartGain(at now: Timestamp) -> RestartGain? {
    let preference = [Signal.unreclaimable] + SeriesPlan.growthRulePreference
    guard let began = lifeBegan, let window = preference.lazy.compactMap({ windows[$0] }).first
    else { return nil }
    let hour = window.shape.floorWidth
    let end = now.aligned(to: hour)
    // Only hours that lie in this life as a whole.
    let hours = max(0, (end - began.at).milliseconds / hour.milliseconds)
    let count = min(window.shape.floorCount, Int(clamping: hours))
    return RestartGain(floors: window.hourValues(endingAt: end, count: count), hour: hour)
  }

  /// Whether all of this life is among what `restartGain` looks at.
  private func isWholeLifeKept(at now: Timestamp) -> Bool {
    guard let began = lifeBegan, let life = lives.last, let shape = windows.values.first?.shape
    else { return false }
    let kept = TimeSpan(milliseconds: shape.floorWidth.milliseconds * Int64(shape.floorCount))
    return now - began.at <= kept && life.seenAt - began.at <= shape.floorWidth
  }

  /// What a restart is good for, in words: what memory did meanwhile, and what time it buys.
  func restartReasons(at now: Timestamp) -> [String] {
    guard let gain = restartGain(at: now) else {
      return ["too little is known of its memory to say what a restart would bring"]
    }
    let span = "\(ByteCount(gain.firstBytes)) → \(ByteCount(gain.lastBytes))"
    guard let rate = gain.bytesPerDay, let bought = gain.bought else {
      return ["memory meanwhile \(span), no growth", "a restart would give back little memory"]
    }
    let least = isWholeLifeKept(at: now) ? "" : "at least "
    return [
      "a restart buys \(least)\(bought) at this rate",
      "memory meanwhile \(span), +\(ByteCount(rate))/day",
    ]
  }
}
