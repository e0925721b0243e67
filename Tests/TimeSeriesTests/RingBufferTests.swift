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
}
