internal import Engine
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// Writes what the Engine knows to disk and reads it back: scrapes each minute, the record of each
/// service every quarter of an hour and whenever an alert of it changes.
final class PastKeeper {
  /// Scrapes are written once a minute, which is what a power loss costs; some evaluations come a
  /// little early.
  private static let interval = TimeSpan.seconds(50)

  /// Records of one transaction, some kilobytes each.
  private static let recordsAtOnce = 500

  private let store: PastStore
  private let tell: (String?) -> Void
  private var scrapes: [ScrapeResult] = []
  private var schedule = PastSchedule()
  /// Groups whose alert stands on disk.
  private var groups: Set<ServiceName> = []
  private var writtenAt: Timestamp?
  private var pace = RetryPace()
  /// Services whose record a failed write owes the disk: an alert of theirs may have changed.
  private var owed: Set<ServiceName> = []
  /// Why writing fails, and since when; nil while it works.
  private(set) var trouble: Outage?

  /// - Parameter tell: takes why writing fails, once, and nil when it works again.
  init(_ store: PastStore, tell: @escaping (String?) -> Void) {
    self.store = store
    self.tell = tell
  }

  /// Gives the Engine what was kept.
  ///
  /// - Returns: the services that are known again, and what could not be read.
  func restore(
    _ engine: inout Engine, at now: Timestamp
  ) throws(DatabaseError) -> (services: [ServiceDescription], faults: [String]) {
    let past = try store.read()
    var faults = past.faults
    var services: [ServiceDescription] = []
    for record in past.records {
      do throws(StateFault) {
        switch record.kind {
        case .service: services.append(try engine.restore(record.bytes, at: now))
        case .own: try engine.restore(own: record.bytes, at: now)
        case .group:
          try engine.restore(group: record.name, record.bytes, at: now)
          groups.insert(record.name)
        }
      } catch {
        faults.append("\(record.name): \(error)")
      }
    }
    var known = Set(services.map(\.name))
    for scrape in past.scrapes {
      _ = engine.handle(.scraped(scrape), at: scrape.timestamp)
      guard known.insert(scrape.service).inserted else { continue }
      services.append(ServiceDescription(name: scrape.service))
    }
    // The clock may have been put back meanwhile.
    _ = engine.handle(.clockMoved(by: .zero), at: now)
    schedule.noteRestored(services.map(\.name), at: now)
    return (services, faults)
  }

  func clockMoved(by span: TimeSpan) {
    trouble?.move(by: span)
    pace.move(by: span)
  }

  func note(_ result: ScrapeResult) {
    if result.isUp { scrapes.append(result) }
  }

  /// Writes what is due, if a minute has passed since the last time, or a failure is to be mended.
  func keep(_ engine: Engine, at now: Timestamp) {
    if trouble != nil {
      guard pace.isDue(at: now) else { return }
    } else if let writtenAt, now >= writtenAt, now - writtenAt < Self.interval {
      return
    }
    let (due, gone) = schedule.advance(engine.serviceNames, at: now)
    write(due, gone: gone, engine, at: now)
  }

  /// Writes the records of services whose alerts have changed.
  func keep(_ names: [ServiceName], of engine: Engine, at now: Timestamp) {
    writeInPieces(names, engine, at: now)
  }

  /// Writes everything, at the end.
  func keepAll(_ engine: Engine, at now: Timestamp) {
    writeInPieces(engine.serviceNames, engine, at: now)
  }

  /// Writes all that must be on disk into a file that was begun anew; `noteWrittenAnew` when that is in
  /// its place.
  func writeAnew(_ engine: Engine, at now: Timestamp) throws(DatabaseError) {
    let names = engine.serviceNames
    for start in stride(from: 0, to: names.count, by: Self.recordsAtOnce) {
      let piece = names[start..<min(names.count, start + Self.recordsAtOnce)]
      try store.keep(records(piece, engine), scrapes: [], dropScrapesBefore: nil, at: now)
    }
    let shared = sharedRecords(engine)
    try store.keep(shared.groups + shared.own, scrapes: [], dropScrapesBefore: nil, at: now)
  }

  func noteWrittenAnew(_ engine: Engine, at now: Timestamp) {
    noteWritten(engine.serviceNames, groups: Set(sharedRecords(engine).groups.map(\.name)), at: now)
  }

  private func records(
    _ names: some Sequence<ServiceName>, _ engine: Engine
  ) -> [PastStore.Record] {
    names.compactMap { name in engine.record(of: name).map { .init(.service, name, $0) } }
  }

  /// What is not of one service.
  private func sharedRecords(
    _ engine: Engine
  ) -> (groups: [PastStore.Record], own: [PastStore.Record]) {
    let groups = engine.groupNames.compactMap { name in
      engine.record(ofGroup: name).map { PastStore.Record(.group, name, $0) }
    }
    return (groups, engine.ownRecord.map { [PastStore.Record(.own, Engine.ownName, $0)] } ?? [])
  }

  private func noteWritten(_ names: [ServiceName], groups: Set<ServiceName>, at now: Timestamp) {
    schedule.noteWritten(names, at: now)
    self.groups = groups
    owed = []
    scrapes.removeAll(keepingCapacity: true)
    writtenAt = now
    if trouble != nil { tell(nil) }
    trouble = nil
    pace.reset()
  }

  private func writeInPieces(_ names: [ServiceName], _ engine: Engine, at now: Timestamp) {
    // At least once, for the scrapes that wait.
    for start in stride(from: 0, to: max(1, names.count), by: Self.recordsAtOnce) {
      let end = min(names.count, start + Self.recordsAtOnce)
      write(
        Array(names[start..<end]), gone: [], engine, at: now)
    }
  }

  private func write(
    _ names: [ServiceName], gone: [ServiceName], _ engine: Engine, at now: Timestamp
  ) {
    owed.formUnion(names)
    let services = records(owed.sorted(), engine)
    let (shared, own) = sharedRecords(engine)
    let over: [(PastStore.Kind, ServiceName)] = own.isEmpty ? [(.own, Engine.ownName)] : []
    let sharing = Set(shared.map(\.name))
    let rested = groups.subtracting(sharing)
    do {
      try store.keep(
        services + shared + own, scrapes: scrapes,
        gone: gone.map { (.service, $0) } + rested.map { (.group, $0) } + over,
        dropScrapesBefore: schedule.oldestNeeded, at: now)
      noteWritten(services.map(\.name), groups: sharing, at: now)
    } catch {
      // They are in the Engine's windows, and come to disk with its records.
      scrapes.removeAll()
      schedule.noteFailed(at: now)
      writtenAt = now
      pace.noteFailed(at: now)
      if trouble == nil { tell("\(error)") }
      trouble = Outage(since: trouble?.since ?? now, reason: "\(error)")
    }
  }
}
