/// The sample lines of a scrape in their order: what the next scrape is predicted to be.
struct LineOrder {
  /// A kept line, or a run of lines that bear the same dropped name.
  struct Entry {
    var keyOffset: UInt32
    var keyLength: UInt32
    /// Index of the kept series; `droppedRun` if the key is a dropped name.
    var series: Int32

    static let droppedRun: Int32 = -1

    var keyRange: Range<Int> { Int(keyOffset)..<Int(keyOffset) + Int(keyLength) }
  }

  private(set) var entries: [Entry] = []
  /// The keys one after the other: name and labels of a kept line as the exporter spelt them.
  private(set) var keys: [UInt8] = []

  /// Appends the key at `range`. Past 4 GiB of keys nothing is recorded any more: then lines are
  /// merely not predicted.
  mutating func append(_ range: Range<Int>, of body: BodyBytes, series: Int32) {
    guard let offset = UInt32(exactly: keys.count), let length = UInt32(exactly: range.count) else {
      return
    }
    body.append(range, to: &keys)
    entries.append(Entry(keyOffset: offset, keyLength: length, series: series))
  }

  /// Appends a run of lines with a dropped name, unless the last entry is that run already.
  mutating func appendRun(_ name: Range<Int>, of body: BodyBytes) {
    if let last = entries.last, last.series == Entry.droppedRun,
      last.keyLength == name.count,
      keys[last.keyRange].elementsEqual(name.lazy.map { body.byte(at: $0) })
    {
      return
    }
    append(name, of: body, series: Entry.droppedRun)
  }

  /// Appends a stretch of another order.
  mutating func append(_ other: LineOrder, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    let first = Int(other.entries[range.lowerBound].keyOffset)
    let last = other.entries[range.upperBound - 1]
    let bytes = first..<Int(last.keyOffset) + Int(last.keyLength)
    guard let shift = UInt32(exactly: keys.count), shift <= UInt32.max - last.keyOffset else {
      return
    }
    keys += other.keys[bytes]
    entries += other.entries[range].lazy.map { entry in
      var moved = entry
      moved.keyOffset = entry.keyOffset - UInt32(first) + shift
      return moved
    }
  }

  /// Gives back the room for further entries, where it is worth a copy.
  mutating func trim() {
    guard keys.capacity - keys.count > keys.count / 8 else { return }
    let grown = self
    self = LineOrder()
    keys.reserveCapacity(grown.keys.count)
    keys += grown.keys
    entries.reserveCapacity(grown.entries.count)
    entries += grown.entries
  }

  /// Whether the key of entry `number` stands in `body` at `range`. False past the last entry.
  func holds(
    _ range: Range<Int>, of body: BodyBytes, keys: BodyBytes, at number: Int
  ) -> Bool {
    guard entries.indices.contains(number), entries[number].keyLength == range.count else {
      return false
    }
    return body.matches(
      keys, Int(entries[number].keyOffset), range.count, at: range.lowerBound)
  }
}
