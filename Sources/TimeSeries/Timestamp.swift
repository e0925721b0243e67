/// A moment of wall time: whole milliseconds since the Unix epoch, the resolution of Prometheus.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Nearest millisecond to `seconds` since the Unix epoch; a value outside Int64 is clamped.
  package init(seconds: Double) {
    let scaled = (seconds * 1000).rounded()
    milliseconds = Int64(exactly: scaled) ?? (scaled > 0 ? .max : .min)
  }

  /// Seconds since the Unix epoch.
  package var seconds: Double { Double(milliseconds) / 1000 }

  /// The latest multiple of `width` since the epoch that is not after this moment.
  package func aligned(to width: TimeSpan) -> Timestamp {
    let remainder = milliseconds % width.milliseconds
    let past = remainder < 0 ? remainder + width.milliseconds : remainder
    return Timestamp(milliseconds: milliseconds - past)
  }

  /// The earlier of two moments, each of which may be unknown; nil where both are.
  package static func earliest(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (moment: Timestamp, span: TimeSpan) -> Timestamp {
    Timestamp(milliseconds: moment.milliseconds + span.milliseconds)
  }

  package static func - (moment: Timestamp, span: TimeSpan) -> Timestamp {
    Timestamp(milliseconds: moment.milliseconds - span.milliseconds)
  }

  package static func - (later: Timestamp, earlier: Timestamp) -> TimeSpan {
    TimeSpan(milliseconds: later.milliseconds - earlier.milliseconds)
  }
}

/// A length of time in whole milliseconds. May be negative.
package struct TimeSpan: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func seconds(_ count: Double) -> TimeSpan {
    let scaled = (count * 1000).rounded()
    return TimeSpan(milliseconds: Int64(exactly: scaled) ?? (scaled > 0 ? .max : .min))
  }

  package static func minutes(_ count: Int64) -> TimeSpan {
    TimeSpan(milliseconds: count * 60_000)
  }

  package static func hours(_ count: Int64) -> TimeSpan {
    TimeSpan(milliseconds: count * 3_600_000)
  }

  package static func days(_ count: Int64) -> TimeSpan {
    TimeSpan(milliseconds: count * 86_400_000)
  }

  package static let zero = TimeSpan(milliseconds: 0)

  package var seconds: Double { Double(milliseconds) / 1000 }

  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
  }

  package static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }
}

extension TimeSpan: CustomStringConvertible {
  /// At most two units, as a person says it: "3 d 4 h", "12 min", "45 s", "250 ms".
  package var description: String {
    let sign = milliseconds < 0 ? "−" : ""
    let magnitude = milliseconds.magnitude
    let units: [(size: UInt64, name: String)] = [
      (86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"),
    ]
    guard let first = units.firstIndex(where: { magnitude >= $0.size }) else { return "0 s" }
    let whole = magnitude / units[first].size
    var text = "\(sign)\(whole) \(units[first].name)"
    if first + 1 < units.count, units[first].name != "s" {
      let rest = magnitude % units[first].size / units[first + 1].size
      if rest > 0 { text += " \(rest) \(units[first + 1].name)" }
    }
    return text
  }
}
