/// How far the clocks of a place are ahead of UTC at any moment, as a TZif file tells it (RFC 8536),
/// the form of /usr/share/zoneinfo.
package struct TimeZoneRules: Hashable, Sendable {
  /// Seconds since the Unix epoch at which the offset changes, rising.
  private let transitions: [Int64]
  /// The offset from each of them on, seconds ahead of UTC.
  private let offsets: [Int32]
  /// Before the first one.
  private let firstOffset: Int32
  /// After the last one; nil where the last offset goes on.
  private let future: PosixZone?

  package static let utc = TimeZoneRules(
    transitions: [], offsets: [], firstOffset: 0, future: nil)

  private init(transitions: [Int64], offsets: [Int32], firstOffset: Int32, future: PosixZone?) {
    self.transitions = transitions
    self.offsets = offsets
    self.firstOffset = firstOffset
    self.future = future
  }

  /// - Parameter bytes: a TZif file of any version, without leap seconds.
  package init(tzif bytes: [UInt8]) throws(TimeZoneFault) {
    var reader = TZifReader(bytes)
    var header = try reader.header()
    var width = 4
    if header.version >= UInt8(ascii: "2") {
      try reader.skip(header.blockBytes(width: 4))
      header = try reader.header()
      width = 8
    }
    guard header.leapCount == 0 else { throw .leapSeconds }
    var transitions: [Int64] = []
    for _ in 0..<header.timeCount { transitions.append(try reader.integer(bytes: width)) }
    for (left, right) in zip(transitions, transitions.dropFirst()) where left >= right {
      throw .damaged("its transitions do not rise")
    }
    var places: [Int] = []
    for _ in 0..<header.timeCount { places.append(Int(try reader.byte())) }
    var types: [Int32] = []
    for _ in 0..<header.typeCount {
      let offset = try reader.integer(bytes: 4)
      guard abs(offset) < 26 * 3600 else { throw .damaged("an offset of \(offset) s") }
      types.append(Int32(offset))
      try reader.skip(2)
    }
    guard let first = types.first, places.allSatisfy({ $0 < types.count }) else {
      throw .damaged("it has no type for some time")
    }
    try reader.skip(header.characterCount + header.standardCount + header.utcCount)
    self.transitions = transitions
    offsets = places.map { types[$0] }
    firstOffset = first
    let footer = width == 8 ? try reader.footer() : ""
    future = footer.isEmpty ? nil : try PosixZone(footer)
  }

  /// Seconds that clocks are ahead of UTC.
  package func offsetSeconds(at moment: Timestamp) -> Int {
    let (quotient, remainder) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
    let seconds = remainder < 0 ? quotient - 1 : quotient
    if let future, transitions.last.map({ seconds >= $0 }) ?? true {
      return future.offsetSeconds(at: seconds)
    }
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return Int(low == 0 ? firstOffset : offsets[low - 1])
  }

  /// What a clock on the wall shows.
  package func civilTime(at moment: Timestamp) -> CivilTime {
    CivilTime(moment + .seconds(Double(offsetSeconds(at: moment))))
  }
}

/// Why a file tells nothing about a time zone.
package enum TimeZoneFault: Error, Hashable, CustomStringConvertible {
  case notTZif
  case cutShort
  case leapSeconds
  case damaged(String)

  package var description: String {
    switch self {
    case .notTZif: "it is not a time zone file (TZif)"
    case .cutShort: "it ends too early"
    case .leapSeconds: "it counts leap seconds, which wall clocks here do not"
    case .damaged(let what): what
    }
  }
}

private struct TZifHeader {
  var version: UInt8
  var utcCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int

  /// Bytes of the data behind it, whose moments have `width` bytes.
  func blockBytes(width: Int) -> Int {
    timeCount * (width + 1) + typeCount * 6 + characterCount + leapCount * (width + 4)
      + standardCount + utcCount
  }
}

private struct TZifReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func header() throws(TimeZoneFault) -> TZifHeader {
    guard rest.prefix(4).elementsEqual("TZif".utf8) else { throw .notTZif }
    try skip(4)
    let version = try byte()
    try skip(15)
    var counts: [Int] = []
    for _ in 0..<6 {
      let count = try integer(bytes: 4)
      guard (0...100_000).contains(count) else { throw .damaged("a count of \(count)") }
      counts.append(Int(count))
    }
    return TZifHeader(
      version: version, utcCount: counts[0], standardCount: counts[1], leapCount: counts[2],
      timeCount: counts[3], typeCount: counts[4], characterCount: counts[5])
  }

  mutating func byte() throws(TimeZoneFault) -> UInt8 {
    guard let first = rest.popFirst() else { throw .cutShort }
    return first
  }

  /// Two's complement, the most significant byte first.
  mutating func integer(bytes: Int) throws(TimeZoneFault) -> Int64 {
    var value: Int64 = 0
    for place in 0..<bytes {
      let next = try byte()
      value = place == 0 ? Int64(Int8(bitPattern: next)) : value << 8 | Int64(next)
    }
    return value
  }

  mutating func skip(_ count: Int) throws(TimeZoneFault) {
    guard rest.count >= count else { throw .cutShort }
    rest = rest.dropFirst(count)
  }

  /// The line at the end, without its newlines.
  mutating func footer() throws(TimeZoneFault) -> String {
    let newline = UInt8(ascii: "\n")
    guard try byte() == newline else { throw .damaged("its last line does not begin") }
    guard let end = rest.firstIndex(of: newline) else { throw .cutShort }
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}
