// Measured hot path: reading lines through Span costs about a quarter more than through a pointer,
// and the C library's memchr and memcmp are what makes a repeated scrape fast.

internal import Glibc

/// The bytes of a body while it is being parsed.
///
/// Safe by this argument: the pointer is valid for `count` bytes as long as the closure of
/// `withBytes` runs, no method keeps it, and every method reads only in `0..<count`, as its comment
/// shows. Positions that come in are in `0...count`, which `precondition`s check once per line.
@safe struct BodyBytes {
  private let base: UnsafePointer<UInt8>
  let count: Int

  /// Runs `read` on the bytes of `body`.
  static func withBytes(of body: Span<UInt8>, _ read: (BodyBytes) -> Void) {
    unsafe body.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress {
        read(unsafe BodyBytes(base: base, count: buffer.count))
      } else {
        // No bytes: any pointer does, since none is read.
        unsafe withUnsafePointer(to: 0) { read(unsafe BodyBytes(base: $0, count: 0)) }
      }
    }
  }

  /// Position of the next line feed at or after `position`; `count` if there is none.
  @inline(__always)
  func lineEnd(from position: Int) -> Int {
    precondition(position >= 0 && position <= count)
    // memchr looks at count − position bytes from position on, the last of them at count − 1.
    guard let found = unsafe memchr(base + position, 0x0A, count - position) else { return count }
    return unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
  }

  /// Moves `index` to the next line feed, or behind the last byte: `lineEnd` for lines of a few bytes,
  /// for which a call costs more than the search. The caller has checked that index + 8 ≤ count.
  @unsafe @inline(__always)
  func skipLine(_ index: inout Int) {
    let others = unsafe word(at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
    // The highest bit of each zero byte; what borrows beyond the first one is of no interest.
    let feeds = (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080
    index = feeds == 0 ? lineEnd(from: index + 8) : index + feeds.trailingZeroBitCount >> 3
  }

  /// The byte at `position`; 0 at or behind the end.
  @inline(__always)
  func byte(at position: Int) -> UInt8 {
    precondition(position >= 0)
    return position < count ? unsafe base[position] : 0
  }

  /// Whether the bytes of `keys` at `offset` stand at `position`, with one more byte behind them.
  @inline(__always)
  func matches(_ keys: BodyBytes, _ offset: Int, _ length: Int, at position: Int) -> Bool {
    precondition(position >= 0 && offset >= 0 && length >= 0)
    // Both ranges end in bounds: position + length < count, offset + length ≤ keys.count.
    guard count - position > length, keys.count - offset >= length else { return false }
    return unsafe memcmp(base + position, keys.base + offset, length) == 0
  }

  /// Behind the metric name that begins at `position`; `position` itself if none does.
  @inline(__always)
  func nameEnd(from position: Int) -> Int {
    precondition(position >= 0)
    guard position < count, unsafe base[position].startsMetricName else { return position }
    var end = position + 1
    // end < count is checked before each read.
    while end < count, unsafe base[end].continuesMetricName { end += 1 }
    return end
  }

  /// Whether a well-formed `# HELP name ` stands at `position`.
  @inline(__always)
  func isHelp(at position: Int) -> Bool {
    // Reads position..<position + 8, within count.
    guard position >= 0, count - position >= 8,
      unsafe word(at: position) & 0x00FF_FFFF_FFFF_FFFF == 0x0020_504C_4548_2023  // "# HELP "
    else { return false }
    let name = position + 7
    let end = nameEnd(from: name)
    return end > name && byte(at: end) == UInt8(ascii: " ")
  }

  /// Behind the brace that closes the one at `position`, quotes and escapes heeded; nil if it does
  /// not stand before `lineEnd`.
  func bracesEnd(from position: Int, lineEnd: Int) -> Int? {
    precondition(position >= 0 && lineEnd <= count)
    var index = position + 1
    // index < lineEnd ≤ count is checked before each read.
    while index < lineEnd {
      let byte = unsafe base[index]
      if byte == UInt8(ascii: "}") { return index + 1 }
      index += 1
      guard byte == UInt8(ascii: "\"") else { continue }
      guard let quote = closingQuote(from: index, lineEnd: lineEnd) else { return nil }
      index = quote + 1
    }
    return nil
  }

  /// Position of the next quote that no backslash escapes.
  private func closingQuote(from position: Int, lineEnd: Int) -> Int? {
    var index = position
    // index < lineEnd ≤ count is checked before each read.
    while index < lineEnd {
      let byte = unsafe base[index]
      if byte == UInt8(ascii: "\"") { return index }
      index += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Appends the bytes in `range` to `buffer`.
  func append(_ range: Range<Int>, to buffer: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    unsafe buffer.append(
      contentsOf: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// A hash of the bytes at `position`, folded by 64-bit multiplication eight at a time. `seed`
  /// must be unknown to the sender, so that it cannot choose bytes that collide.
  func hash(from position: Int, length: Int, seed: UInt64) -> UInt64 {
    precondition(position >= 0 && length >= 0 && count - position >= length)
    var hash = seed ^ UInt64(truncatingIfNeeded: length)
    let end = position + length
    var index = position
    while end - index >= 8 {
      // Reads index..<index + 8, within end ≤ count.
      hash = unsafe Self.fold(hash ^ word(at: index))
      index += 8
    }
    var tail: UInt64 = 0
    while index < end {
      tail = unsafe tail << 8 | UInt64(base[index])
      index += 1
    }
    return Self.fold(hash ^ tail)
  }

  /// Like Hasher's the process's own, so that no exporter can choose keys that collide.
  static let seed: UInt64 = {
    var hasher = Hasher()
    hasher.combine(0)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }()

  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  /// The eight bytes at `position` in memory order, the first one lowest. The caller has checked
  /// that position + 8 ≤ count.
  @unsafe @inline(__always)
  func word(at position: Int) -> UInt64 {
    let bytes = unsafe UnsafeRawPointer(base + position)
    return UInt64(littleEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
  }
}
