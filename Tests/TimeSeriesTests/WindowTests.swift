import TestSupport
import Testing

@testable import TimeSeries

@Suite struct WindowTests {
  private let shape = WindowShape(
    bucketWidth: .seconds(10), bucketCount: 6, floorWidth: .seconds(20), floorCount: 5)

  private func moment(_ seconds: Double) -> Timestamp { Timestamp(seconds: 1000 + seconds) }

  @Test func aBucketTakesThirtyTwoBytes() {
    #expect(MemoryLayout<Bucket>.stride == 32)
  }

  @Test func aStandardSeriesStaysBelowEightKilobytes() {
    #expect(WindowShape.standard.bytesPerSeries <= 8192)
  }

  @Test func bucketsKeepMinimumMaximumLastAndCount() {
    var window = Window(shape: shape)
    for (second, value) in [(0.0, 5.0), (3, 2), (9, 4), (12, 7)] {
      #expect(window.append(Sample(moment(second), value)) == .appended)
    }
    #expect(window.closedBucketCount == 1)
    let (start, bucket) = window.closedBucket(0)
    #expect(start == moment(0))
    #expect(bucket.count == 3)
    #expect(bucket.minimum == 2)
    #expect(bucket.maximum == 5)
    #expect(bucket.last == 4)
  }

  @Test func aGapIsEmptyBucketsAndNotANumberFloors() {
    var window = Window(shape: shape)
    window.append(Sample(moment(0), 1))
    window.append(Sample(moment(55), 2))
    #expect(window.closedBucketCount == 5)
    #expect((1..<5).allSatisfy { window.closedBucket($0).bucket.count == 0 })
    let floors = window.floorValues()
    #expect(floors.map(\.start) == [moment(0), moment(20), moment(40)])
    #expect(floors[0].minimum == 1)
    #expect(floors[1].minimum.isNaN)
    #expect(floors[2].minimum == 2)
  }

  @Test func aGapLongerThanTheWindowLeavesOnlyGaps() {
    var window = Window(shape: shape)
    window.append(Sample(moment(0), 1))
    window.append(Sample(moment(100_000), 2))
    #expect(window.closedBucketCount == 6)
    #expect((0..<6).allSatisfy { window.closedBucket($0).bucket.count == 0 })
  }

  @Test func refusesLateAndNonFiniteSamples() {
    var window = Window(shape: shape)
    window.append(Sample(moment(5), 1))
    #expect(window.append(Sample(moment(5), 1)) == .rejected)
    #expect(window.append(Sample(moment(4), 1)) == .rejected)
    #expect(window.append(Sample(moment(6), .nan)) == .rejected)
    #expect(window.lastSample == Sample(moment(5), 1))
  }

  /// The line through merged buckets is the line through the samples, to single precision.
  @Test func momentsOfBucketsGiveTheLineThroughTheSamples() throws {
    var random = SeededGenerator(seed: 11)
    var window = Window(shape: .standard)
    var samples: [Sample] = []
    for step in 0..<1440 {
      let noise = Double.random(in: -5e6...5e6, using: &random)
      let sample = Sample(
        Timestamp(milliseconds: 1_763_942_400_000 + Int64(step) * 60_000),
        3e8 + Double(step) * 2e4 + noise)
      window.append(sample)
      samples.append(sample)
    }
    let origin = samples[0].timestamp
    let merged = window.moments(since: origin, origin: origin)
    let direct = try #require(CompensatedLine.slope(of: samples))
    let slope = try #require(merged.slope)
    #expect(merged.count == 1440)
    #expect((slope - direct).magnitude < 1e-5 * direct.magnitude)
  }

  @Test func momentsSinceAStartLeaveOlderBucketsOut() {
    var window = Window(shape: shape)
    for second in stride(from: 0.0, through: 59, by: 1) {
      window.append(Sample(moment(second), second))
    }
    let recent = window.moments(since: moment(40), origin: moment(0))
    #expect(recent.count == 20)
    #expect(window.openMoments(origin: moment(0)).count == 10)
  }
}
