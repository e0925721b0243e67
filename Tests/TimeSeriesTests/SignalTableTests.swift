import Testing

@testable import TimeSeries

@Suite("Values by signal")
struct SignalTableTests {
  private static func table() -> SignalTable<Int64> {
    var table = SignalTable<Int64>()
    table.set(.memoryAnon, to: 1)
    table.set(.memoryCurrent, to: 2)
    table.set(.memoryShmem, to: 3)
    return table
  }

  @Test("A value is found by its signal, and nothing where there is none")
  func lookup() {
    let table = Self.table()
    #expect(table[.memoryCurrent] == 2)
    #expect(table[.memoryKernel] == nil)
    #expect(Array(table.signals) == [.memoryAnon, .memoryCurrent, .memoryShmem])
  }

  @Test("A second value takes the place of the first")
  func replaced() {
    var table = Self.table()
    table.set(.memoryAnon, to: 7)
    #expect(table.count == 3)
    #expect(Array(table.values) == [7, 2, 3])
  }

  @Test("A change reaches the one that is meant, and says so where there is none")
  func changed() {
    var table = Self.table()
    #expect(table.change(.memoryShmem) { $0 += 10 })
    #expect(!table.change(.memoryKernel) { $0 += 10 })
    table.changeAll { $0 *= 2 }
    #expect(Array(table.values) == [2, 4, 26])
  }

  @Test("What is taken out leaves the others in their order")
  func removed() {
    var table = Self.table()
    table.removeAll { signal, value in signal == .memoryAnon || value == 3 }
    #expect(Array(table.signals) == [.memoryCurrent])
    table.removeAll { _, _ in true }
    #expect(table.isEmpty)
  }

  @Test("A record brings it back, in the same order")
  func record() throws {
    var table = SignalTable<Timestamp>()
    table.set(.memoryShmem, to: Timestamp(milliseconds: 3))
    table.set(.memoryAnon, to: Timestamp(milliseconds: 1))
    var writer = StateWriter()
    table.write(to: &writer)
    var reader = StateReader(writer.bytes)
    let restored = try SignalTable<Timestamp>(from: &reader)
    #expect(Array(restored.signals) == [.memoryShmem, .memoryAnon])
    #expect(restored.values.map(\.milliseconds) == [3, 1])
    #expect(reader.isAtEnd)
  }
}
