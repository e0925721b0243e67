import TestSupport
import Testing

@testable import TimeSeries

@Suite struct SampleLogTests {
  enum Kind: CaseIterable {
    case pages, integers, fractions, mixed, repeated
  }

  private func value(_ kind: Kind, using random: inout SeededGenerator) -> Double {
    switch kind {
    case .pages: Double(Int64.random(in: 0...(1 << 24), using: &random) << 12)
    case .integers: Double(Int64.random(in: -(1 << 52)...(1 << 52), using: &random))
    case .fractions: Double.random(in: -1e12...1e12, using: &random)
    case .mixed:
      [0.0, -0.0, 4096, 1, 0.1, 0x1p53, -0x1p60, .leastNonzeroMagnitude, 1e300]
        .randomElement(using: &random) ?? 0
    case .repeated: Bool.random(using: &random) ? 0.25 : 0.5
    }
  }

  /// Appends and trims at random; the log must hold bit for bit what an array holds.
  @Test(arguments: Kind.allCases)
  func holdsEverySampleToTheBit(kind: Kind) {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      var log = SampleLog()
      var model: [Sample] = []
      var time = Int64.random(in: 0...(1 << 42), using: &random)
      for _ in 0..<Int.random(in: 0...80, using: &random) {
        let regular = Bool.random(using: &random)
        time += regular ? 60_000 : Int64.random(in: 1...200_000, using: &random)
        let sample = Sample(Timestamp(milliseconds: time), value(kind, using: &random))
        #expect(log.append(sample) == .appended)
        model.append(sample)
        guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
        let start = Timestamp(milliseconds: time - Int64.random(in: 0...900_000, using: &random))
        let bounds = Bool.random(using: &random) ? RangeBounds.closed : .leftOpen
        log.trim(before: start, bounds: bounds)
        model.removeAll { bounds == .closed ? $0.timestamp < start : $0.timestamp <= start }
      }
      #expect(log.count == model.count)
      #expect(log.map(\.timestamp) == model.map(\.timestamp))
      #expect(log.map(\.value.bitPattern) == model.map(\.value.bitPattern))
      #expect(log.oldest?.timestamp == model.first?.timestamp)
      #expect(log.newest?.value.bitPattern == model.last?.value.bitPattern)
    }
  }

  @Test func refusesWhatIsNotFiniteOrNotLater() {
    var log = SampleLog()
    #expect(log.append(Sample(Timestamp(milliseconds: 5), 1)) == .appended)
    #expect(log.append(Sample(Timestamp(milliseconds: 5), 2)) == .rejected)
    #expect(log.append(Sample(Timestamp(milliseconds: 4), 2)) == .rejected)
    #expect(log.append(Sample(Timestamp(milliseconds: 6), .nan)) == .rejected)
    #expect(log.append(Sample(Timestamp(milliseconds: 6), .infinity)) == .rejected)
    #expect(log.count == 1)
  }

  /// Ten simulated weeks through a window of a day: the sums that slide must give the slope of
  /// the samples that are there, without drift.
  @Test func slidingSlopeNeverDrifts() throws {
    var random = SeededGenerator(seed: 3)
    var log = SampleLog()
    var level: Int64 = 100_000
    for step in 0..<100_800 {
      level = max(0, level + Int64.random(in: -50...51, using: &random))
      let time = Timestamp(milliseconds: 1_763_000_000_000 + Int64(step) * 60_000)
      log.append(Sample(time, Double(level << 12)))
      log.trim(before: time - .hours(24))
    }
    #expect(log.count == 1441)
    let sliding = try #require(log.leastSquaresSlope)
    let direct = try #require(CompensatedLine.slope(of: log))
    #expect((sliding - direct).magnitude <= 1e-9 * direct.magnitude)
  }

  @Test func takesAboutTwoBytesASampleOfMemory() {
    var random = SeededGenerator(seed: 5)
    var log = SampleLog()
    var pages: Int64 = 50_000
    for step in 0..<1440 {
      pages = max(1, pages + Int64.random(in: -15...15, using: &random))
      let time = Int64(step) * 60_000 + Int64.random(in: 0...20, using: &random)
      log.append(Sample(Timestamp(milliseconds: time), Double(pages << 12)))
    }
    #expect(log.byteCount <= 1440 * 5 / 2)
  }

  @Test func aConstantHasNoSlope() {
    var log = SampleLog()
    for step in 0..<10 { log.append(Sample(Timestamp(milliseconds: Int64(step) * 7), 0.1)) }
    #expect(log.leastSquaresSlope == 0)
  }
}
