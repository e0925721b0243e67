import TestSupport
import Testing

@testable import TimeSeries

@Suite struct MomentsTests {
  @Test func mergingInAnyPartitionGivesTheMomentsOfTheWhole() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<100 {
      var whole = Moments.empty
      var merged = Moments.empty
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        var part = Moments.empty
        for _ in 0..<Int.random(in: 0...9, using: &random) {
          let time = Double.random(in: 0...86_400, using: &random)
          let value = Double.random(in: 1e8...2e8, using: &random)
          whole.add(time: time, value: value)
          part.add(time: time, value: value)
        }
        merged.merge(part)
      }
      #expect(merged.count == whole.count)
      guard let left = merged.slope, let right = whole.slope else { continue }
      #expect((left - right).magnitude <= 1e-9 * max(1, right.magnitude))
    }
  }

  @Test func anExactLineHasItsSlopeNoErrorAndFullDetermination() {
    var moments = Moments.empty
    for time in 0..<10 { moments.add(time: Double(time), value: 3 + 2 * Double(time)) }
    #expect(moments.slope == 2)
    #expect(moments.value(at: 20) == 43)
    #expect(moments.slopeStandardError == 0)
    #expect(moments.determination == 1)
  }

  @Test func tooFewSamplesHaveNoLine() {
    var moments = Moments.empty
    #expect(moments.slope == nil)
    moments.add(time: 1, value: 1)
    #expect(moments.slope == nil)
    #expect(moments.slopeStandardError == nil)
    #expect(moments.determination == nil)
  }
}
