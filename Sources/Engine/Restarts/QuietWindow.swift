package import TimeSeries

/// When restarts may begin: a time of the day in a zone.
package struct QuietWindow: Hashable, Sendable, CustomStringConvertible {
  package var hours: DayWindow
  package var zone: TimeZoneRules

  package init(_ hours: DayWindow, _ zone: TimeZoneRules) {
    self.hours = hours
    self.zone = zone
  }

  /// Open whenever the clock on the wall shows a time within. So a window in an hour that is skipped
  /// does not open that day, and one in an hour that comes twice opens twice.
  package func isOpen(at now: Timestamp) -> Bool { hours.contains(zone.civilTime(at: now)) }

  /// No clock is set by more at once, in minutes.
  private static let mostChange: Int64 = 181

  /// The first moment from `now` on at which it is open, to the minute; nil where it does not open
  /// within three days.
  package func nextOpening(from now: Timestamp) -> Timestamp? {
    var moment = now
    let end = now + .days(3)
    while moment <= end {
      if isOpen(at: moment) { return moment }
      let time = zone.civilTime(at: moment)
      let minutes = (hours.startMinute - time.hour * 60 - time.minute + 1440) % 1440
      let step = max(1, Int64(minutes) - Self.mostChange)
      moment = moment.aligned(to: .minutes(1)) + .minutes(step)
    }
    return nil
  }

  package var description: String { hours.description }
}

/// The quietest hours of a day, from the request rates of the last week.
package enum QuietHours {
  package static let length = 3
  /// On so many days at least the rate of each hour of the day must be known.
  private static let leastDays = 3

  package struct Rate: Hashable, Sendable {
    package var at: Timestamp
    package var perSecond: Double

    package init(at: Timestamp, perSecond: Double) {
      self.at = at
      self.perSecond = perSecond
    }
  }

  /// - Parameter instances: the rates of each instance in which requests are counted, hour by hour;
  ///   NaN where nothing is known.
  /// - Returns: a window in UTC, or why there is none.
  package static func find(_ instances: [[Rate]]) -> Result<DayWindow, NoQuietHours> {
    if instances.isEmpty { return .failure(.noCounter) }
    var total = [Double](repeating: 0, count: 24)
    for rates in instances {
      var sums = [Double](repeating: 0, count: 24)
      var counts = [Int](repeating: 0, count: 24)
      for rate in rates where rate.perSecond.isFinite {
        let hour = CivilTime(rate.at).hour
        sums[hour] += rate.perSecond
        counts[hour] += 1
      }
      let least = counts.min() ?? 0
      guard least >= leastDays else { return .failure(.tooShort(days: least, of: leastDays)) }
      for hour in 0..<24 { total[hour] += sums[hour] / Double(counts[hour]) }
    }
    let windows = (0..<24).map { start in
      (start: start, load: (0..<length).reduce(0) { $0 + total[(start + $1) % 24] })
    }
    guard let quietest = windows.min(by: { ($0.load, $0.start) < ($1.load, $1.start) }),
      let window = DayWindow(
        startMinute: quietest.start * 60, endMinute: (quietest.start + length) % 24 * 60)
    else { return .failure(.noCounter) }
    return .success(window)
  }
}

/// Why no quiet hours are known.
package enum NoQuietHours: Error, Hashable, CustomStringConvertible {
  case noCounter
  case tooShort(days: Int, of: Int)

  package var description: String {
    switch self {
    case .noCounter:
      "no request counter tells when the service is quiet: give `window` in its restart_policy"
    case .tooShort(let days, let all):
      "the requests of each hour are known of \(days) days so far, \(all) are needed"
    }
  }
}
