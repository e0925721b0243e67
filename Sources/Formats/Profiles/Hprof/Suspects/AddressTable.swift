/// The addresses of all objects of a heap, sorted, so that an object is its place among them: 4 bytes
/// for each where the heap spans less than 32 GiB.
struct AddressTable {
  /// In steps of 8 bytes above `base`; unused once one does not fit.
  private var narrow: ContiguousArray<UInt32> = []
  private var wide: ContiguousArray<UInt64> = []
  private var isWide = false
  private var base: UInt64?
  /// Where the addresses of each stretch of `1 << shift` steps begin.
  private var starts: ContiguousArray<UInt32> = []
  private var shift: UInt64 = 0
  private var lowest: UInt64 = 0

  private static let reach: UInt64 = 1 << 34
  private static let stretches: UInt64 = 1 << 18

  var count: Int { isWide ? wide.count : narrow.count }

  mutating func append(_ address: UInt64) {
    if !isWide {
      let base = self.base ?? (address > Self.reach ? (address - Self.reach) & ~7 : 0)
      self.base = base
      let (offset, isBelow) = address.subtractingReportingOverflow(base)
      if !isBelow, offset & 7 == 0, let step = UInt32(exactly: offset >> 3) {
        narrow.append(step)
        return
      }
      wide = ContiguousArray(narrow.lazy.map { base + UInt64($0) << 3 })
      narrow = []
      isWide = true
    }
    wide.append(address)
  }

  /// After the last address, before any place is asked for.
  mutating func sort() {
    if isWide { wide.sort() } else { narrow.sort() }
    guard count > 0 else { return }
    lowest = key(0)
    let span = key(count - 1) - lowest
    // A small dump may lie far apart: more stretches than objects would find nothing sooner.
    let most = min(Self.stretches, UInt64(count))
    while span >> shift >= most { shift += 1 }
    starts.reserveCapacity(Int(span >> shift) + 2)
    for place in 0..<count {
      let stretch = Int((key(place) - lowest) >> shift)
      while starts.count <= stretch { starts.append(UInt32(place)) }
    }
    starts.append(UInt32(count))
  }

  private func key(_ place: Int) -> UInt64 { isWide ? wide[place] : UInt64(narrow[place]) }

  subscript(place: Int) -> UInt64 { isWide ? wide[place] : (base ?? 0) + key(place) << 3 }

  /// nil where no object lies at the address.
  func place(of address: UInt64) -> Int? {
    let wanted: UInt64
    if isWide {
      wanted = address
    } else {
      let (offset, isBelow) = address.subtractingReportingOverflow(base ?? 0)
      if isBelow || offset & 7 != 0 { return nil }
      wanted = offset >> 3
    }
    guard wanted >= lowest, starts.count > 1,
      (wanted - lowest) >> shift < UInt64(starts.count - 1)
    else { return nil }
    let stretch = Int((wanted - lowest) >> shift)
    var (low, high) = (Int(starts[stretch]), Int(starts[stretch + 1]))
    while low < high {
      let middle = (low + high) / 2
      if key(middle) < wanted { low = middle + 1 } else { high = middle }
    }
    return low < count && key(low) == wanted ? low : nil
  }
}
