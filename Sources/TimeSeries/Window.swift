/// How a window divides time. One for all series of a daemon.
package struct WindowShape: Hashable, Sendable {
  /// Width of a bucket; buckets begin at multiples of it since the epoch.
  package var bucketWidth: TimeSpan
  /// Buckets kept, the open one not counted.
  package var bucketCount: Int
  /// Width of a floor: an hour, or less where windows are shortened for a trial.
  package var floorWidth: TimeSpan
  package var floorCount: Int

  /// - Precondition: all positive.
  package init(
    bucketWidth: TimeSpan, bucketCount: Int, floorWidth: TimeSpan, floorCount: Int
  ) {
    precondition(bucketWidth > .zero && floorWidth > .zero && bucketCount > 0 && floorCount > 0)
    self.bucketWidth = bucketWidth
    self.bucketCount = bucketCount
    self.floorWidth = floorWidth
    self.floorCount = floorCount
  }

  /// 24 h in 96 buckets of 15 min, and 14 days of hourly floors.
  package static let standard = WindowShape(
    bucketWidth: .minutes(15), bucketCount: 96, floorWidth: .hours(1), floorCount: 336)

  /// Most bytes that one full window takes on the heap: what a memory bound counts with.
  package var bytesPerSeries: Int {
    let arrayHeader = 32
    return MemoryLayout<Window>.stride + 2 * arrayHeader
      + bucketCount * MemoryLayout<Bucket>.stride + floorCount * MemoryLayout<Float>.stride
  }
}

/// The recent past of one series in bounded memory: buckets of a day with mergeable moments,
/// minimum, maximum and last value, and floors (minima) of two weeks by the hour.
///
/// A time without samples is an empty bucket, a floor without samples is NaN: gaps stay gaps.
package struct Window: Sendable {
  package let shape: WindowShape
  private let digest: HourDigest
  /// Start of the open bucket; nil before the first sample.
  private var openStart: Timestamp?
  private var openMoments = Moments.empty
  private var openMinimum = Double.infinity
  private var openMaximum = -Double.infinity
  private var buckets: RingBuffer<Bucket>
  private var floorStart: Timestamp?
  private var openFloor = HourFloor()
  private var floors: RingBuffer<Float>
  package private(set) var lastSample: Sample?

  package init(shape: WindowShape, digest: HourDigest = .minimum) {
    self.shape = shape
    self.digest = digest
    buckets = RingBuffer(capacity: shape.bucketCount)
    floors = RingBuffer(capacity: shape.floorCount)
    // Now, so that they do not lie between the steps in which the buckets grow: the holes that these
    // leave can then be used again, 0.4 KiB for each window.
    floors.begin()
  }

  package enum AppendOutcome: Hashable, Sendable {
    case appended
    /// Not finite, or not later than the sample before it.
    case rejected
  }

  /// Takes the next sample. Late and non-finite ones are refused: a window never runs backwards.
  @discardableResult
  package mutating func append(_ sample: Sample) -> AppendOutcome {
    guard sample.value.isFinite else { return .rejected }
    if let lastSample, sample.timestamp <= lastSample.timestamp { return .rejected }
    openBucket(for: sample.timestamp)
    openFloor(for: sample.timestamp)
    let offset = (sample.timestamp - (openStart ?? sample.timestamp)).seconds
    openMoments.add(time: offset, value: sample.value)
    openMinimum = min(openMinimum, sample.value)
    openMaximum = max(openMaximum, sample.value)
    openFloor.add(sample.value)
    lastSample = sample
    return .appended
  }

  /// A new life of the service begins: the open bucket and the open floor would mix two lives, so
  /// what they hold is dropped. Closed ones stay.
  package mutating func restart() {
    openMoments = .empty
    openMinimum = .infinity
    openMaximum = -.infinity
    openFloor = HourFloor()
  }

  /// The clock was put back to `now`: what lies after it is dropped with the open bucket and the open
  /// floor, so that the window goes on. One that has nothing of the time to come stays as it is.
  package mutating func rewind(to now: Timestamp) {
    guard let last = lastSample, last.timestamp > now else { return }
    let (bucket, floor) = (now.aligned(to: shape.bucketWidth), now.aligned(to: shape.floorWidth))
    if let openStart {
      let surplus = (openStart - bucket).milliseconds / shape.bucketWidth.milliseconds
      buckets.removeLast(Int(max(0, surplus)))
    }
    if let floorStart {
      let surplus = (floorStart - floor).milliseconds / shape.floorWidth.milliseconds
      floors.removeLast(Int(max(0, surplus)))
    }
    (openStart, floorStart) = (bucket, floor)
    restart()
    lastSample = Sample(now, last.value)
  }

  /// Buckets that were closed, oldest first; the last one ends where the open one begins.
  package var closedBucketCount: Int { buckets.count }

  /// A closed bucket and its start. - Precondition: `0 ..< closedBucketCount`.
  package func closedBucket(_ index: Int) -> (start: Timestamp, bucket: Bucket) {
    let age = Int64(buckets.count - index)
    let end = openStart ?? Timestamp(milliseconds: 0)
    let start = Timestamp(
      milliseconds: end.milliseconds - age * shape.bucketWidth.milliseconds)
    return (start, buckets[index])
  }

  /// Moments of all samples in buckets that lie wholly or partly after `start`, on a clock whose
  /// zero is `origin`. Bucket by bucket: a bucket that straddles `start` counts as a whole.
  package func moments(since start: Timestamp, origin: Timestamp) -> Moments {
    var total = Moments.empty
    let width = shape.bucketWidth
    guard let openStart else { return total }
    let reach = (openStart - start).milliseconds
    let wanted = reach <= 0 ? 0 : (reach + width.milliseconds - 1) / width.milliseconds
    let newest = buckets.count
    for index in max(0, newest - Int(clamping: wanted))..<newest {
      let bucket = buckets[index]
      guard bucket.count > 0 else { continue }
      let bucketStart = (closedBucket(index).start - origin).seconds
      total.merge(bucket.moments(start: bucketStart, width: width.seconds))
    }
    total.merge(openMoments.shifted(by: (openStart - origin).seconds))
    return total
  }

  /// The digest of each of the `count` buckets that end at `end`, oldest first; NaN for those that
  /// are empty, not closed or not kept.
  package func bucketValues(endingAt end: Timestamp, count: Int) -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    guard let openStart else { return values }
    let lag = (openStart - end).milliseconds / shape.bucketWidth.milliseconds
    let (places, offset) = Self.places(of: count, lag: lag, among: buckets.count)
    for place in places {
      let bucket = buckets[place + offset]
      guard bucket.count > 0 else { continue }
      values[place] = Double(digest == .mean ? bucket.mean : bucket.minimum)
    }
    return values
  }

  /// The long record's values of the `count` hours that end at `end`, oldest first; NaN where
  /// nothing is known.
  package func hourValues(endingAt end: Timestamp, count: Int) -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    guard let floorStart else { return values }
    let lag = (floorStart - end).milliseconds / shape.floorWidth.milliseconds
    let (places, offset) = Self.places(of: count, lag: lag, among: floors.count)
    for place in places { values[place] = Double(floors[place + offset]) }
    return values
  }

  /// Which of the `count` steps that are asked for are among the `kept` ones, and what leads from
  /// a step's place to its place among these.
  ///
  /// - Parameter lag: by how many steps the newest that is kept is newer than the last asked for.
  private static func places(
    of count: Int, lag: Int64, among kept: Int
  ) -> (places: Range<Int>, offset: Int) {
    let offset = kept - count - Int(lag)
    let first = max(0, -offset)
    return (first..<max(first, min(count, kept - offset)), offset)
  }

  /// Moments of the open bucket alone, time in seconds since `origin`.
  package func openMoments(origin: Timestamp) -> Moments {
    openMoments.shifted(by: ((openStart ?? origin) - origin).seconds)
  }

  /// Minima by floor width, oldest first, the open one last; NaN where no sample fell.
  package func floorValues() -> [(start: Timestamp, minimum: Float)] {
    guard let floorStart else { return [] }
    let width = shape.floorWidth.milliseconds
    var values: [(start: Timestamp, minimum: Float)] = []
    for index in 0..<floors.count {
      let age = Int64(floors.count - index)
      let start = Timestamp(milliseconds: floorStart.milliseconds - age * width)
      values.append((start, floors[index]))
    }
    values.append((floorStart, openFloor.value(digest)))
    return values
  }

  private mutating func openBucket(for time: Timestamp) {
    let start = time.aligned(to: shape.bucketWidth)
    guard let current = openStart else {
      openStart = start
      return
    }
    guard start > current else { return }
    let closed = Bucket(
      samples: openMoments, minimum: openMinimum, maximum: openMaximum,
      last: lastSample?.value ?? .nan, width: shape.bucketWidth.seconds)
    buckets.append(openMoments.count > 0 ? closed : .empty)
    let skipped = (start - current).milliseconds / shape.bucketWidth.milliseconds - 1
    for _ in 0..<min(skipped, Int64(shape.bucketCount)) { buckets.append(.empty) }
    openStart = start
    openMoments = .empty
    openMinimum = .infinity
    openMaximum = -.infinity
  }

  private mutating func openFloor(for time: Timestamp) {
    let start = time.aligned(to: shape.floorWidth)
    guard let current = floorStart else {
      floorStart = start
      return
    }
    guard start > current else { return }
    // What has lived for almost two days lives on.
    floors.completeIfBegun()
    floors.append(openFloor.value(digest))
    let skipped = (start - current).milliseconds / shape.floorWidth.milliseconds - 1
    for _ in 0..<min(skipped, Int64(shape.floorCount)) { floors.append(.nan) }
    floorStart = start
    openFloor = HourFloor()
  }
}

/// What stands for a bucket, and what the long record keeps of an hour: the floor of a level, the mean
/// of a rate.
package enum HourDigest: Hashable, Sendable {
  case minimum, mean
}

/// The open hour of the long record.
struct HourFloor: Sendable {
  private var minimum = Double.infinity
  private var sum = 0.0
  private var count = 0.0

  mutating func add(_ value: Double) {
    minimum = min(minimum, value)
    sum += value
    count += 1
  }

  /// NaN where no sample fell.
  func value(_ digest: HourDigest) -> Float {
    guard count > 0 else { return .nan }
    switch digest {
    case .minimum: return Float(minimum)
    case .mean: return Float(sum / count)
    }
  }
}

extension WindowShape: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(bucketWidth.milliseconds)
    writer.write(count: bucketCount)
    writer.write(floorWidth.milliseconds)
    writer.write(count: floorCount)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let bucketWidth = try reader.signed()
    let bucketCount = try reader.unsigned()
    let floorWidth = try reader.signed()
    let floorCount = try reader.unsigned()
    let counts = UInt64(1)...1_000_000
    let widths = Int64(1)...1 << 53
    guard widths.contains(bucketWidth), widths.contains(floorWidth), counts.contains(bucketCount),
      counts.contains(floorCount)
    else { throw reader.fault("window shape") }
    self.init(
      bucketWidth: TimeSpan(milliseconds: bucketWidth), bucketCount: Int(bucketCount),
      floorWidth: TimeSpan(milliseconds: floorWidth), floorCount: Int(floorCount))
  }
}

extension Window: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(shape)
    writer.write(digest == .mean)
    writer.write(openStart)
    writer.write(openMoments)
    writer.write(openMinimum)
    writer.write(openMaximum)
    buckets.write(to: &writer) { bucket, writer in writer.write(bucket) }
    writer.write(floorStart)
    openFloor.write(to: &writer)
    floors.write(to: &writer) { floor, writer in writer.write(floor) }
    writer.write(lastSample)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    self.init(shape: try reader.value(), digest: try reader.flag() ? .mean : .minimum)
    openStart = try reader.optionalValue()
    openMoments = try reader.value()
    openMinimum = try reader.double()
    openMaximum = try reader.double()
    buckets = try RingBuffer(
      capacity: shape.bucketCount, from: &reader, elementsOf: Bucket.stateSize
    ) { reader throws(StateFault) in try reader.value() }
    floorStart = try reader.optionalValue()
    openFloor = try HourFloor(from: &reader)
    floors = try RingBuffer(capacity: shape.floorCount, from: &reader, elementsOf: 4) {
      reader throws(StateFault) in try reader.float()
    }
    lastSample = try reader.optionalValue()
    // Without a start the closed ones have no place in time.
    guard openStart != nil || buckets.isEmpty, floorStart != nil || floors.isEmpty else {
      throw reader.fault("window")
    }
  }
}

extension HourFloor: StateCodable {
  func write(to writer: inout StateWriter) {
    for value in [minimum, sum, count] { writer.write(value) }
  }

  init(from reader: inout StateReader) throws(StateFault) {
    minimum = try reader.double()
    sum = try reader.double()
    count = try reader.double()
  }
}
