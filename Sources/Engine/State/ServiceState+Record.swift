package import Alerting
package import TimeSeries

/// All that must survive a restart. The verdict and what the rules found are made anew at the next
/// evaluation.
extension ServiceState: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(description)
    write(sources, to: &writer)
    writer.write(Array(lives))
    writer.write(windows)
    writer.write(rates)
    writer.write(growthLog != nil)
    if let growthLog {
      writer.write(growthLog.signal)
      writer.write(growthLog.log)
    }
    writer.write(count: pauseLogs.count)
    for (key, log) in pauseLogs.sorted(by: { $0.key < $1.key }) {
      writer.write(key)
      writer.write(log)
    }
    write(latest, to: &writer)
    write(alerts, to: &writer)
    writer.write(endedAt)
    writer.write(hasNewLife)
    writer.write(evidence)
    writeBuilds(to: &writer)
    writer.write(fixState)
    writer.write(count: lives.count)
    for life in lives { writer.write(life.build.program) }
  }

  init(from reader: inout StateReader) throws(StateFault) {
    self.init(description: try reader.value())
    sources = try Self.table(&reader)
    for life in try reader.values(ServiceLife.self) { lives.append(life) }
    windows = try reader.value()
    rates = try reader.value()
    if try reader.flag() {
      let signal = try reader.value(Signal.self)
      growthLog = (signal, try reader.value())
    }
    for _ in 0..<(try reader.count()) {
      let key = try reader.unsigned()
      pauseLogs[key] = try reader.value(SampleLog.self)
    }
    latest = try Self.table(&reader)
    alerts = try Self.table(&reader)
    endedAt = try reader.optionalValue()
    hasNewLife = try reader.flag()
    evidence = try reader.optionalValue()
    try readBuilds(&reader)
    fixState = try reader.optionalValue()
    for index in 0..<(try reader.count()) {
      let program: BuildMarks.Program? = try reader.optionalValue()
      guard index < lives.count else { throw reader.fault("program") }
      lives[index].build.program = program
    }
  }

  /// Of each life, and as each source told them last.
  private func writeBuilds(to writer: inout StateWriter) {
    writer.write(count: lives.count)
    for life in lives {
      writer.write(life.build)
      writer.write(life.isNewBuild.map { $0 ? UInt8(2) : 1 } ?? 0)
    }
    write(sources.compactMapValues(\.build), to: &writer)
  }

  private mutating func readBuilds(_ reader: inout StateReader) throws(StateFault) {
    for index in 0..<(try reader.count()) {
      let build = try reader.value(BuildMarks.self)
      let answer = try reader.byte()
      guard index < lives.count, answer <= 2 else { throw reader.fault("build") }
      lives[index].build = build
      lives[index].isNewBuild = answer == 0 ? nil : answer == 2
    }
    for (source, build) in try Self.table(&reader) as [ScrapeSource: BuildMarks] {
      sources[source]?.build = build
    }
  }

  private func write(
    _ table: [some StateCodable & Hashable: some StateCodable], to writer: inout StateWriter
  ) {
    writer.write(count: table.count)
    for (key, value) in table {
      writer.write(key)
      writer.write(value)
    }
  }

  private static func table<Key: StateCodable & Hashable, Value: StateCodable>(
    _ reader: inout StateReader
  ) throws(StateFault) -> [Key: Value] {
    var table: [Key: Value] = [:]
    for _ in 0..<(try reader.count()) {
      let key = try reader.value(Key.self)
      table[key] = try reader.value(Value.self)
    }
    return table
  }
}

extension ServiceState.SourceState: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(incarnation)
    writer.write(toldAt)
    writer.write(isUp)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    incarnation = try reader.optionalValue()
    toldAt = try reader.optionalValue()
    isUp = try reader.flag()
  }
}

extension ServiceLife: StateCodable {
  func write(to writer: inout StateWriter) {
    writer.write(seenAt)
    writer.write(startedAt)
  }

  init(from reader: inout StateReader) throws(StateFault) {
    seenAt = try reader.value()
    startedAt = try reader.optionalValue()
  }
}

extension AlertKind: StateCodable {
  package func write(to writer: inout StateWriter) { writer.write(rawValue) }

  package init(from reader: inout StateReader) throws(StateFault) {
    guard let kind = AlertKind(rawValue: try reader.text()) else { throw reader.fault("alert") }
    self = kind
  }
}
