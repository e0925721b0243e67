import Testing

@testable import TimeSeries

@Suite struct RingBufferTests {
  /// Every capacity up to 9 and every number of appends up to 30, against a plain array.
  @Test func behavesAsTheLastElementsOfAnArray() {
    for capacity in 1...9 {
      var buffer = RingBuffer<Int>(capacity: capacity)
      var model: [Int] = []
      for element in 0..<30 {
        let gaveWay = buffer.append(element)
        model.append(element)
        let expected = model.count > capacity ? model.removeFirst() : nil
        #expect(gaveWay == expected)
        #expect(Array(buffer) == model)
        #expect(buffer.count == model.count)
        #expect(buffer.first == model.first)
        #expect(buffer.last == model.last)
        #expect(buffer.isFull == (model.count == capacity))
      }
      buffer.removeAll()
      #expect(buffer.isEmpty)
      #expect(buffer.last == nil)
    }
  }

  /// The floors of a window: memory for two days, then at once for the two weeks.
  @Test func whatIsCompletedGrowsOnce() {
    var buffer = RingBuffer<Float>(capacity: 336)
    buffer.begin()
    var growths = 0
    for hour in 0..<400 {
      if !buffer.isFull, buffer.isFullyUsed { growths += 1 }
      buffer.completeIfBegun()
      buffer.append(Float(hour))
    }
    #expect(growths == 1)
    #expect(Array(buffer) == (64..<400).map(Float.init))
  }
}
