package import TimeSeries

/// Whether a sink has to be told of an alert as it stands now. Everything that decides comes in as a
/// value: what the sink wants, what it was told, what is on its way, and whether people asked for
/// silence.
package enum Telling: Hashable, Sendable {
  /// Nothing that the sink does not know, or must not be told now.
  case nothing
  /// The beginning, a rise in severity, evidence, word of a fix, or the end.
  case news
  /// It fires still, as was told at `since`.
  case again(since: Timestamp)

  /// What is known of one alert and one sink.
  package struct Situation: Hashable, Sendable {
    package var key: AlertKey
    package var status: Alert.Status
    package var severity: Severity
    /// When its newest evidence, or word of a fix, was made; nil without any.
    package var newsAt: Timestamp?
    /// Whether its beginning went through this book: not for one that an older LeakWatch told.
    package var isKnown = true
    /// Whether the rule says so at this moment, and not only the record of an earlier one.
    package var firesStill = true
    package var isSilenced = false
    package var told: ToldAlert?
    package var queued: QueuedState?

    package init(alert: Alert) {
      (key, status, severity) = (alert.key, alert.status, alert.severity)
      newsAt = [alert.evidence?.madeAt, alert.fix?.madeAt].compactMap(\.self).max()
    }
  }

  package static func decide(
    _ situation: Situation, route: AlertRoute, now: Timestamp
  ) -> Telling {
    if situation.isSilenced { return .nothing }
    return situation.status == .firing
      ? firing(situation, route, now) : end(situation, route)
  }

  private static func firing(
    _ situation: Situation, _ route: AlertRoute, _ now: Timestamp
  ) -> Telling {
    guard situation.firesStill, route.takes(situation.key, situation.severity) else {
      return .nothing
    }
    let told = situation.told.flatMap { $0.isCertain ? $0 : nil }
    let queued = situation.queued.flatMap { $0.status == .firing ? $0 : nil }
    guard let known = [told?.severity, queued?.severity].compactMap(\.self).max() else {
      return .news
    }
    if situation.severity > known { return .news }
    if let newest = situation.newsAt, let worded = queued?.queuedAt ?? told?.at, newest > worded {
      return .news
    }
    guard let told, queued == nil, let interval = route.repeatInterval else { return .nothing }
    // A moment in the future comes from a clock that was put back: it is over.
    return now < told.at || now - told.at >= interval ? .again(since: told.at) : .nothing
  }

  /// Whoever was told of the beginning, or may have been, is told of the end; nobody else.
  private static func end(_ situation: Situation, _ route: AlertRoute) -> Telling {
    guard route.sendsResolved, situation.queued?.status != .resolved else { return .nothing }
    let isOpen = situation.told != nil || situation.queued != nil
    return isOpen || (!situation.isKnown && route.takes(situation.key, situation.severity))
      ? .news : .nothing
  }
}
