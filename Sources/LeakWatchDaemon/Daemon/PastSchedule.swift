internal import TimeSeries

/// When the record of each service is due to be written: every quarter of an hour, spread over it
/// by the name, so that no minute has to write all of them.
struct PastSchedule {
  static let period = TimeSpan.minutes(15)

  private struct Entry {
    var due: Timestamp
    /// Scrapes from here on are not in the record on disk.
    var since: Timestamp
  }

  private var entries: [ServiceName: Entry] = [:]

  /// The services whose records are due, and those that are known no more.
  mutating func advance(
    _ names: [ServiceName], at now: Timestamp
  ) -> (due: [ServiceName], gone: [ServiceName]) {
    var due: [ServiceName] = []
    for name in names {
      guard let entry = entries[name] else {
        entries[name] = Entry(due: Self.slot(of: name, after: now), since: now)
        continue
      }
      // A clock that was set back does not put it off.
      if entry.due <= now || entry.due - now > Self.period { due.append(name) }
    }
    var gone: [ServiceName] = []
    if entries.count > names.count {
      let known = Set(names)
      gone = entries.keys.filter { !known.contains($0) }.sorted()
      for name in gone { entries[name] = nil }
    }
    return (due, gone)
  }

  mutating func noteWritten(_ names: [ServiceName], at now: Timestamp) {
    for name in names { entries[name] = Entry(due: Self.slot(of: name, after: now), since: now) }
  }

  /// These were read back: nothing on disk may go before their records are written anew.
  mutating func noteRestored(_ names: [ServiceName], at now: Timestamp) {
    for name in names { entries[name] = Entry(due: now, since: Timestamp(milliseconds: 0)) }
  }

  /// What should have been written was not: every record is due as soon as writing works again.
  mutating func noteFailed(at now: Timestamp) {
    for name in entries.keys { entries[name]?.due = now }
  }

  /// Scrapes that were written before this are in every record; nil where there is no record.
  var oldestNeeded: Timestamp? { entries.values.map(\.since).min() }

  /// The next minute of the service's own, from the upper half of the name's hash, so that services
  /// which were written together are not due together.
  private static func slot(of name: ServiceName, after now: Timestamp) -> Timestamp {
    let minutes = UInt64(period.milliseconds / 60_000)
    let slot = TimeSpan.minutes(Int64((FNV1a.hash(name.text) >> 32) % minutes))
    let next = now.aligned(to: period) + slot
    return next > now ? next : next + period
  }
}
