/// Whether a range includes a sample that lies exactly on its older edge.
package enum RangeBounds: Hashable, Sendable {
  /// Prometheus 2.x.
  case closed
  /// Prometheus from 3.0.
  case leftOpen
}

/// Every sample of a range of time, exact to the bit, in about two bytes each: for the rules that
/// promise what PromQL computes on the same samples.
///
/// A record holds the change of value and the change of step since the record before it, as
/// variable-length integers. Values are kept as whole pages of 4 KiB while they are such, else as
/// whole numbers, else as doubles; the whole log moves to the finer kind when a value needs it.
package struct SampleLog: Sendable {
  private enum Scale: Sendable {
    case pages, integers, doubles
  }

  /// One end of the log in decoded form.
  private struct Cursor: Sendable {
    var time: Int64
    var step: Int64
    /// Pages, whole number or bit pattern, as the scale says.
    var code: Int64
  }

  private var scale = Scale.pages
  private var records = ByteQueue()
  private var oldestCursor: Cursor?
  private var newestCursor: Cursor?
  private var sums: ExactSums?
  package private(set) var count = 0

  package init() {}

  package var oldest: Sample? { oldestCursor.map(sample) }
  package var newest: Sample? { newestCursor.map(sample) }

  /// Bytes on the heap.
  package var byteCount: Int { records.count }

  /// Takes the next sample. Refuses what is not finite or not later than the newest.
  @discardableResult
  package mutating func append(_ sample: Sample) -> Window.AppendOutcome {
    guard sample.value.isFinite else { return .rejected }
    if let newestCursor, sample.timestamp.milliseconds <= newestCursor.time { return .rejected }
    while code(for: sample.value) == nil { refine() }
    guard let code = code(for: sample.value) else { return .rejected }
    push(time: sample.timestamp.milliseconds, code: code)
    return .appended
  }

  /// Forgets what is older than `start`; a sample exactly there stays if the range is closed.
  package mutating func trim(before start: Timestamp, bounds: RangeBounds = .closed) {
    let first = start.milliseconds + (bounds == .leftOpen ? 1 : 0)
    while let oldest = oldestCursor, oldest.time < first { dropOldest(oldest) }
  }

  /// Slope of the least-squares line through all samples, in value units a second, as PromQL's
  /// `deriv` defines it; nil below two samples. Constant time for whole numbers.
  package var leastSquaresSlope: Double? {
    guard count >= 2 else { return nil }
    if scale == .pages { return sums?.slopePerSecond.map { $0 * 4096 } }
    if scale == .integers { return sums?.slopePerSecond }
    return CompensatedLine.slope(of: self)
  }

  private func code(for value: Double) -> Int64? {
    switch scale {
    case .doubles: return Int64(bitPattern: value.bitPattern)
    case .integers, .pages:
      // −0 is not a whole number here: its sign would be lost.
      guard value.magnitude < 0x1p53, value == value.rounded(),
        !(value == 0 && value.sign == .minus)
      else { return nil }
      let whole = Int64(value)
      if scale == .integers { return whole }
      return whole & 4095 == 0 ? whole >> 12 : nil
    }
  }

  private func sample(_ cursor: Cursor) -> Sample {
    let value =
      switch scale {
      case .pages: Double(cursor.code << 12)
      case .integers: Double(cursor.code)
      case .doubles: Double(bitPattern: UInt64(bitPattern: cursor.code))
      }
    return Sample(Timestamp(milliseconds: cursor.time), value)
  }

  private mutating func push(time: Int64, code: Int64) {
    if scale != .doubles {
      if sums == nil { sums = ExactSums(base: Timestamp(milliseconds: time)) }
      sums?.add(time: Timestamp(milliseconds: time), value: code)
    }
    count += 1
    guard let previous = newestCursor else {
      newestCursor = Cursor(time: time, step: 0, code: code)
      oldestCursor = newestCursor
      return
    }
    let step = time - previous.time
    let stepChange = step - previous.step
    let hasStep: UInt64 = stepChange == 0 ? 0 : 1
    if scale == .doubles {
      let isSame: UInt64 = code == previous.code ? 2 : 0
      records.appendVarint(hasStep | isSame)
      if isSame == 0 { records.appendWord(UInt64(bitPattern: code)) }
    } else {
      records.appendVarint(ZigZag.encode(code - previous.code) << 1 | hasStep)
    }
    if hasStep == 1 { records.appendVarint(ZigZag.encode(stepChange)) }
    newestCursor = Cursor(time: time, step: step, code: code)
  }

  /// The sample after `cursor`, whose record begins at `offset`; moves `offset` behind it.
  private func next(after cursor: Cursor, at offset: inout Int) -> Cursor {
    var following = cursor
    let tag = records.varint(at: &offset)
    if scale != .doubles {
      following.code += ZigZag.decode(tag >> 1)
    } else if tag & 2 == 0 {
      following.code = Int64(bitPattern: records.word(at: &offset))
    }
    if tag & 1 == 1 { following.step += ZigZag.decode(records.varint(at: &offset)) }
    following.time += following.step
    return following
  }

  private mutating func dropOldest(_ oldest: Cursor) {
    sums?.remove(time: Timestamp(milliseconds: oldest.time), value: oldest.code)
    count -= 1
    guard count > 0 else {
      self = SampleLog()
      return
    }
    var length = 0
    oldestCursor = next(after: oldest, at: &length)
    records.removeFirst(length)
  }

  /// Writes the log anew with the next finer kind of value.
  private mutating func refine() {
    var finer = SampleLog()
    finer.scale = scale == .pages ? .integers : .doubles
    for sample in self { finer.append(sample) }
    self = finer
  }
}

extension SampleLog: Sequence {
  package struct Iterator: IteratorProtocol {
    private let log: SampleLog
    private var cursor: Cursor?
    private var offset = 0
    private var remaining: Int

    fileprivate init(_ log: SampleLog) {
      self.log = log
      cursor = log.oldestCursor
      remaining = log.count
    }

    package mutating func next() -> Sample? {
      guard remaining > 0, let current = cursor else { return nil }
      remaining -= 1
      if remaining > 0 { cursor = log.next(after: current, at: &offset) }
      return log.sample(current)
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }
}

/// As changes of changes, because its own records cannot be believed when they come from a file.
extension SampleLog: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(count: count)
    var time: Int64 = 0
    var step: Int64 = 0
    var bits: UInt64 = 0
    for sample in self {
      let newStep = sample.timestamp.milliseconds - time
      writer.write(newStep - step)
      // Neighbouring values share their upper bits: turned round, what differs is a small number.
      writer.write((sample.value.bitPattern ^ bits).byteSwapped)
      (time, step, bits) = (sample.timestamp.milliseconds, newStep, sample.value.bitPattern)
    }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    self.init()
    var time: Int64 = 0
    var step: Int64 = 0
    var bits: UInt64 = 0
    for _ in 0..<(try reader.count(elementsOf: 2)) {
      step &+= try reader.signed()
      time &+= step
      bits ^= (try reader.unsigned()).byteSwapped
      let sample = Sample(Timestamp(milliseconds: time), Double(bitPattern: bits))
      guard append(sample) == .appended else { throw reader.fault("sample") }
    }
  }
}
