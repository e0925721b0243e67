/// The samples of one bucket of a window, folded into 32 bytes.
///
/// Half precision of a `Double` is enough here: the fit over a day is exact to about one part in
/// a million, far below what memory wobbles by. Rules that promise PromQL's own figures keep a
/// `SampleLog` instead.
package struct Bucket: Hashable, Sendable {
  package var minimum: Float
  package var maximum: Float
  package var last: Float
  private var meanValue: Float
  private var timeTime: Float
  private var timeValue: Float
  private var valueValue: Float
  /// Saturates at 65,535; a bucket with no sample has 0 and its other fields say nothing.
  private var count16: UInt16
  /// Mean time as a share of the bucket's width, in 1/65,536.
  private var meanTime16: UInt16

  package static let empty = Bucket(
    samples: .empty, minimum: .infinity, maximum: -.infinity, last: .nan, width: 1)

  /// - Parameters:
  ///   - samples: moments with time in seconds from the bucket's start.
  ///   - width: the bucket's width in seconds.
  package init(samples: Moments, minimum: Double, maximum: Double, last: Double, width: Double) {
    self.minimum = Float(minimum)
    self.maximum = Float(maximum)
    self.last = Float(last)
    meanValue = Float(samples.meanValue)
    timeTime = Float(samples.timeTime)
    timeValue = Float(samples.timeValue)
    valueValue = Float(samples.valueValue)
    count16 = UInt16(clamping: Int(samples.count))
    meanTime16 = UInt16(clamping: Int((samples.meanTime / width * 65_536).rounded()))
  }

  package var count: Int { Int(count16) }
  package var mean: Float { meanValue }

  /// - Parameters:
  ///   - start: the bucket's start in seconds on the caller's clock.
  ///   - width: as given at creation.
  package func moments(start: Double, width: Double) -> Moments {
    Moments(
      count: Double(count16), meanTime: start + Double(meanTime16) / 65_536 * width,
      meanValue: Double(meanValue), timeTime: Double(timeTime), timeValue: Double(timeValue),
      valueValue: Double(valueValue))
  }
}

extension Bucket: StateCodable {
  /// Bytes that a bucket takes at least: seven numbers and two counts.
  static let stateSize = 7 * 4 + 2

  package func write(to writer: inout StateWriter) {
    for value in [minimum, maximum, last, meanValue, timeTime, timeValue, valueValue] {
      writer.write(value)
    }
    writer.write(UInt64(count16))
    writer.write(UInt64(meanTime16))
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    minimum = try reader.float()
    maximum = try reader.float()
    last = try reader.float()
    meanValue = try reader.float()
    timeTime = try reader.float()
    timeValue = try reader.float()
    valueValue = try reader.float()
    let count = try reader.unsigned()
    let meanTime = try reader.unsigned()
    guard let count16 = UInt16(exactly: count), let meanTime16 = UInt16(exactly: meanTime) else {
      throw reader.fault("bucket")
    }
    self.count16 = count16
    self.meanTime16 = meanTime16
  }
}
