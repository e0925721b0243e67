/// A time of the day, by the clock on the wall: "02:00-05:00". It may go over midnight.
package struct DayWindow: Hashable, Sendable, CustomStringConvertible {
  package static let minutesOfDay = 1440

  /// 0 to 1439.
  package let startMinute: Int
  /// The first one that is outside again, 0 to 1439.
  package let endMinute: Int

  /// nil where a minute is not in a day, and where the window would be empty.
  package init?(startMinute: Int, endMinute: Int) {
    let day = 0..<Self.minutesOfDay
    guard day.contains(startMinute), day.contains(endMinute), startMinute != endMinute else {
      return nil
    }
    self.startMinute = startMinute
    self.endMinute = endMinute
  }

  package var minutes: Int {
    (endMinute - startMinute + Self.minutesOfDay) % Self.minutesOfDay
  }

  package func contains(minute: Int) -> Bool {
    (minute - startMinute + Self.minutesOfDay) % Self.minutesOfDay < minutes
  }

  package func contains(_ time: CivilTime) -> Bool {
    contains(minute: time.hour * 60 + time.minute)
  }

  /// One of `count` equal parts, `index` from 0; the whole where a part would be shorter than a minute.
  package func part(_ index: Int, of count: Int) -> DayWindow {
    guard count > 1, (0..<count).contains(index), minutes >= count else { return self }
    let start = startMinute + minutes * index / count
    let end = startMinute + minutes * (index + 1) / count
    return DayWindow(
      startMinute: start % Self.minutesOfDay, endMinute: end % Self.minutesOfDay) ?? self
  }

  package var description: String { "\(Self.text(startMinute))-\(Self.text(endMinute))" }

  private static func text(_ minute: Int) -> String {
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }
}
