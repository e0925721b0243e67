/// Finds a kept line of the previous scrape by the bytes of its name and labels.
///
/// A hash table with open addressing over a `LineOrder`, built when a line first stands elsewhere
/// than predicted.
struct SpellingIndex {
  /// Upper half: hash. Lower half: entry + 1, or 0 where the slot is free.
  private var slots: [UInt64] = []
  private let seed = BodyBytes.seed

  var isBuilt: Bool { !slots.isEmpty }

  mutating func build(_ order: LineOrder, keys: BodyBytes) {
    var capacity = 16
    while capacity < order.entries.count * 2 { capacity *= 2 }
    slots = Array(repeating: 0, count: capacity)
    for (number, entry) in order.entries.enumerated() where entry.series >= 0 {
      let hash = keys.hash(
        from: Int(entry.keyOffset), length: Int(entry.keyLength), seed: seed)
      var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(number + 1)
    }
  }

  /// The entry whose key stands in `body` at `range`.
  func entry(
    for range: Range<Int>, of body: BodyBytes, in order: LineOrder, keys: BodyBytes
  ) -> Int? {
    guard isBuilt else { return nil }
    let hash = body.hash(from: range.lowerBound, length: range.count, seed: seed)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot] & 0xFFFF_FFFF) - 1
      if (slots[slot] ^ hash) >> 32 == 0, order.holds(range, of: body, keys: keys, at: number) {
        return number
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }
}
