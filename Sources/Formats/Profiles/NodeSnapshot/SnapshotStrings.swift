/// Where each string of the snapshot begins.
struct SnapshotStrings {
  private var places: [Int] = []

  mutating func read(
    _ cursor: inout SnapshotCursor, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    try cursor.expect(UInt8(ascii: "["), bytes)
    while try cursor.hasNext(places.isEmpty, closing: UInt8(ascii: "]"), bytes) {
      cursor.skipBlanks(bytes)
      places.append(cursor.offset)
      try cursor.skipString(bytes)
    }
  }

  /// Empty where there is none.
  func text(_ index: Int64, _ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    guard index >= 0, index < Int64(places.count) else { return "" }
    var cursor = SnapshotCursor()
    cursor.move(to: places[Int(index)])
    return try cursor.string(bytes)
  }
}
