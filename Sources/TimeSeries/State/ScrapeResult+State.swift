extension Incarnation: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(identity)
    writer.write(startedAt)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let identity = try reader.text()
    self.init(identity: identity, startedAt: try reader.optionalValue())
  }
}

extension ScrapeSource: StateCodable {
  package func write(to writer: inout StateWriter) {
    switch self {
    case .cgroup: writer.write(UInt8(0))
    case .exporter(let address):
      writer.write(UInt8(1))
      writer.write(address)
    case .trace: writer.write(UInt8(2))
    }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    switch try reader.byte() {
    case 0: self = .cgroup
    case 1: self = .exporter(try reader.text())
    case 2: self = .trace
    default: throw reader.fault("source")
    }
  }
}

extension Reading: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(signal)
    writer.write(seriesKey)
    writer.write(value)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let signal = try reader.value(Signal.self)
    let seriesKey = try reader.unsigned()
    self.init(signal, try reader.double(), seriesKey: seriesKey)
  }
}

/// A scrape that succeeded. One that failed holds nothing that would have to be kept.
extension ScrapeResult: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(service)
    writer.write(source)
    writer.write(timestamp)
    writer.write(incarnation)
    writer.write(readings)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let service = try reader.value(ServiceName.self)
    let source = try reader.value(ScrapeSource.self)
    let timestamp = try reader.value(Timestamp.self)
    let incarnation = try reader.optionalValue(Incarnation.self)
    self.init(
      service: service, source: source, timestamp: timestamp, incarnation: incarnation,
      readings: try reader.values())
  }
}

extension ServiceDescription: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(name)
    for text in [cgroupPath, unit, invocationID, runtime] { writer.write(text) }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    self.init(name: try reader.value())
    cgroupPath = try reader.optional { reader throws(StateFault) in try reader.text() }
    unit = try reader.optional { reader throws(StateFault) in try reader.text() }
    invocationID = try reader.optional { reader throws(StateFault) in try reader.text() }
    runtime = try reader.optional { reader throws(StateFault) in try reader.text() }
  }
}
