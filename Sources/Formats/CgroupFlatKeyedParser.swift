/// Picks the wanted keys out of "flat keyed" files, lines of `key value`: `memory.stat`,
/// `memory.events`, `memory.oom_control`, `/proc/vmstat`.
///
/// Keys come in any order and new kernels insert new ones anywhere, so each line is found by its
/// key; a wanted key that has no line stays nil. Looking a key up allocates nothing: the sweep
/// reads some fifty lines for each of up to ten thousand cgroups.
package struct CgroupFlatKeyedParser: Sendable {
  private struct Entry {
    var hash: UInt64
    var keyStart: Int
    var keyCount: Int
    var slot: Int
  }

  package let keyCount: Int
  /// The wanted keys one after the other.
  private let keyBytes: [UInt8]
  /// Open addressing; a power of two, at least four times the keys; a slot below 0 is free.
  private let table: [Entry]

  /// - Parameter keys: without repetition; a value's place among them is its slot.
  package init(keys: [String]) {
    var size = 8
    while size < keys.count * 4 { size *= 2 }
    var bytes: [UInt8] = []
    var table = [Entry](
      repeating: Entry(hash: 0, keyStart: 0, keyCount: 0, slot: -1), count: size)
    for (slot, key) in keys.enumerated() {
      let hash = Self.hash(Array(key.utf8).span)
      var place = Self.place(hash, in: size)
      while table[place].slot >= 0 { place = (place + 1) & (size - 1) }
      table[place] = Entry(
        hash: hash, keyStart: bytes.count, keyCount: key.utf8.count, slot: slot)
      bytes += key.utf8
    }
    keyCount = keys.count
    keyBytes = bytes
    self.table = table
  }

  /// Fills `values` (one for each key, in the order of the keys) from `text`.
  ///
  /// A wanted line that cannot be read leaves its value nil and the other lines in force; the
  /// first such line is returned. Lines of unwanted keys are not looked into. Of a repeated key
  /// the last line stands.
  package func parse(_ text: Span<UInt8>, into values: inout [UInt64?]) -> CgroupFileFault? {
    for slot in 0..<values.count { values[slot] = nil }
    return parse(text, from: CgroupLinePlace(), into: &values)
  }

  /// The same from the line at `place` on; leaves standing what `values` has of the lines before.
  func parse(
    _ text: Span<UInt8>, from place: CgroupLinePlace, into values: inout [UInt64?]
  ) -> CgroupFileFault? {
    var fault: CgroupFileFault?
    var line = place.line
    var position = place.position
    while position < text.count {
      line += 1
      let start = position
      while position < text.count, text[position] > 0x20 { position += 1 }
      let keyEnd = position
      while position < text.count, text[position] != 0x0A { position += 1 }
      let slot = slot(of: text, start, keyEnd)
      if slot >= 0 {
        do throws(CgroupFileFault) {
          values[slot] = try Self.value(text, keyStart: start, keyEnd: keyEnd, end: position, line)
        } catch {
          values[slot] = nil
          fault = fault ?? error
        }
      }
      position += 1
    }
    return fault
  }

  /// The keys of `text` in their order, for texts that have the same.
  func order(of text: Span<UInt8>) -> CgroupLineOrder {
    var order = CgroupLineOrder()
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] > 0x20 { end += 1 }
      order.append(key: text.extracting(start..<end), slot: slot(of: text, start, end))
      while end < text.count, text[end] != 0x0A { end += 1 }
      start = end + 1
    }
    return order
  }

  private static func value(
    _ text: Span<UInt8>, keyStart: Int, keyEnd: Int, end: Int, _ line: Int
  ) throws(CgroupFileFault) -> UInt64 {
    let rest = text.extracting(keyEnd..<end)
    let value = rest.extracting(CgroupNumber.trimmedRange(rest))
    if value.isEmpty {
      let key = CgroupFileFault.excerpt(text.extracting(keyStart..<keyEnd))
      throw CgroupFileFault(.missingValue(key: key), line: line)
    }
    return try CgroupNumber.parse(value, line: line)
  }

  /// −1 where the key is not wanted.
  private func slot(of text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    let hash = Self.hash(text.extracting(start..<end))
    var place = Self.place(hash, in: table.count)
    while table[place].slot >= 0 {
      let entry = table[place]
      if entry.hash == hash, isSame(entry, text, start, end) { return entry.slot }
      place = (place + 1) & (table.count - 1)
    }
    return -1
  }

  private func isSame(_ entry: Entry, _ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if entry.keyCount != end - start { return false }
    for offset in 0..<entry.keyCount
    where keyBytes[entry.keyStart + offset] != text[start + offset] { return false }
    return true
  }

  /// Of the length and three bytes, not of each byte: few of the wanted keys share these, and equal
  /// hashes are settled by comparing all bytes.
  private static func hash(_ key: Span<UInt8>) -> UInt64 {
    if key.isEmpty { return 0 }
    let middle = UInt64(key[key.count / 2]) << 16
    return UInt64(key.count) << 24 | middle | UInt64(key[0]) << 8 | UInt64(key[key.count - 1])
  }

  private static func place(_ hash: UInt64, in size: Int) -> Int {
    Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 40) & (size - 1)
  }
}
