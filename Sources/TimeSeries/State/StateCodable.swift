/// What can be written down and read back the same.
package protocol StateCodable {
  func write(to writer: inout StateWriter)
  /// - Throws: `StateFault` where the bytes are no such value.
  init(from reader: inout StateReader) throws(StateFault)
}

extension Timestamp: StateCodable {
  package func write(to writer: inout StateWriter) { writer.write(milliseconds) }

  package init(from reader: inout StateReader) throws(StateFault) {
    let milliseconds = try reader.signed()
    // Far from where spans between moments would overflow.
    guard milliseconds.magnitude < 1 << 53 else { throw reader.fault("time") }
    self.init(milliseconds: milliseconds)
  }
}

extension Sample: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(timestamp)
    writer.write(value)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let timestamp = try reader.value(Timestamp.self)
    self.init(timestamp, try reader.double())
  }
}

extension Signal: StateCodable {
  package func write(to writer: inout StateWriter) { writer.write(rawValue) }

  package init(from reader: inout StateReader) throws(StateFault) {
    guard let signal = Signal(rawValue: try reader.text()) else { throw reader.fault("signal") }
    self = signal
  }
}

extension ServiceName: StateCodable {
  package func write(to writer: inout StateWriter) { writer.write(text) }

  package init(from reader: inout StateReader) throws(StateFault) { self.init(try reader.text()) }
}

extension Moments: StateCodable {
  package func write(to writer: inout StateWriter) {
    for value in [count, meanTime, meanValue, timeTime, timeValue, valueValue] {
      writer.write(value)
    }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let count = try reader.double()
    let meanTime = try reader.double()
    let meanValue = try reader.double()
    let timeTime = try reader.double()
    let timeValue = try reader.double()
    self.init(
      count: count, meanTime: meanTime, meanValue: meanValue, timeTime: timeTime,
      timeValue: timeValue, valueValue: try reader.double())
    guard (0...1e12).contains(count), abs(meanTime) < 1e15 else { throw reader.fault("moments") }
  }
}
