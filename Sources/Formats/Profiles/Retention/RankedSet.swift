/// A set of positions that also tells how many of them lie before one, and which is the n-th: a bit
/// for each position and half a bit for the count.
struct RankedSet {
  private var words: ContiguousArray<UInt64>
  /// Members before each word.
  private var ranks: ContiguousArray<UInt32> = []

  init(positions: Int) {
    words = ContiguousArray(repeating: 0, count: positions / 64 + 1)
  }

  mutating func insert(_ position: Int) { words[position >> 6] |= 1 << UInt64(position & 63) }

  func contains(_ position: Int) -> Bool {
    words[position >> 6] >> UInt64(position & 63) & 1 == 1
  }

  /// After the last insertion, before any rank is asked for. - Returns: the number of members.
  mutating func rank() -> Int {
    ranks.reserveCapacity(words.count)
    var count: UInt32 = 0
    for word in words {
      ranks.append(count)
      count += UInt32(word.nonzeroBitCount)
    }
    return Int(count)
  }

  /// Members before the position; nil where it is none itself.
  func rank(of position: Int) -> UInt32? {
    guard contains(position) else { return nil }
    let below = words[position >> 6] & ((1 << UInt64(position & 63)) - 1)
    return ranks[position >> 6] + UInt32(below.nonzeroBitCount)
  }

  /// - Precondition: fewer than the members.
  func position(ofRank rank: UInt32) -> Int {
    var (low, high) = (0, ranks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if ranks[middle] <= rank { low = middle } else { high = middle - 1 }
    }
    var word = words[low]
    for _ in 0..<(rank - ranks[low]) { word &= word - 1 }
    return low << 6 + word.trailingZeroBitCount
  }
}
