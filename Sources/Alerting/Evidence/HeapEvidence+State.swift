package import TimeSeries

extension HeapEvidence: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(kind)
    writer.write(old)
    writer.write(new)
    writer.write(growers)
    writer.write(texts: stack)
    writer.write(goroutines)
    writer.write(bearing.rawValue)
    writer.write(conclusion)
    writer.write(madeAt)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let kind = try reader.text()
    let old = try reader.value(Capture.self)
    let new = try reader.value(Capture.self)
    let growers = try reader.values(Grower.self)
    let stack = try reader.texts()
    let goroutines = try reader.optionalValue(Goroutines.self)
    guard let bearing = Bearing(rawValue: try reader.text()) else { throw reader.fault("bearing") }
    let conclusion = try reader.text()
    self.init(
      kind: kind, old: old, new: new, growers: growers, stack: stack, goroutines: goroutines,
      bearing: bearing, conclusion: conclusion, madeAt: try reader.value())
  }
}

extension HeapEvidence.Capture: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(at)
    writer.write(bytes)
    writer.write(objects)
    writer.write(path)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let at = try reader.value(Timestamp.self)
    let bytes = try reader.signed()
    let objects = try reader.signed()
    self.init(at: at, bytes: bytes, objects: objects, path: try reader.text())
  }
}

extension HeapEvidence.Grower: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(name)
    writer.write(file)
    writer.write(Int64(line ?? 0))
    for number in [oldBytes, newBytes, deltaObjects] { writer.write(number) }
    writer.write(share)
    writer.write(samplingErrorBytes)
    writer.write(isBeyondSamplingError)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let name = try reader.text()
    let file = try reader.optional { reader throws(StateFault) in try reader.text() }
    guard let line = Int(exactly: try reader.signed()) else { throw reader.fault("line") }
    let oldBytes = try reader.signed()
    let newBytes = try reader.signed()
    let deltaObjects = try reader.signed()
    let share = try reader.double()
    let error = try reader.optional { reader throws(StateFault) in try reader.double() }
    self.init(
      name: name, file: file, line: line == 0 ? nil : line, oldBytes: oldBytes, newBytes: newBytes,
      deltaObjects: deltaObjects, share: share, samplingErrorBytes: error,
      isBeyondSamplingError: try reader.flag())
  }
}

extension HeapEvidence.Goroutines: StateCodable {
  package func write(to writer: inout StateWriter) {
    for number in [old, new, delta] { writer.write(number) }
    writer.write(texts: frames)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let old = try reader.signed()
    let new = try reader.signed()
    let delta = try reader.signed()
    self.init(old: old, new: new, frames: try reader.texts(), delta: delta)
  }
}

extension StateWriter {
  fileprivate mutating func write(texts: [String]) {
    write(count: texts.count)
    for text in texts { write(text) }
  }
}

extension StateReader {
  fileprivate mutating func texts() throws(StateFault) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try count()) { texts.append(try text()) }
    return texts
  }
}
