/// Writes values one after another as compact bytes, for what must survive a restart.
///
/// Whole numbers are variable-length (LEB128, zigzag where they may be negative), floating-point
/// numbers their IEEE bits with the least significant byte first, texts their UTF-8 with its length.
/// A text that comes again is written as its place among those before it.
package struct StateWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var places: [String: UInt64] = [:]
  private let looksForTexts: Bool

  package init() { looksForTexts = true }

  /// - Parameters:
  ///   - capacity: how many bytes will probably be written.
  ///   - looksForTexts: whether a text that comes again is looked for. Where hardly any does, that costs
  ///     more than its bytes; a reader takes either.
  package init(capacity: Int, looksForTexts: Bool = true) {
    self.looksForTexts = looksForTexts
    bytes.reserveCapacity(capacity)
  }

  /// Begins anew, with the room that was made before.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  package mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// As they are, without their count.
  package mutating func write(bytes added: [UInt8]) { bytes += added }

  /// The UTF-8 of a text with its length, even where the text was written before.
  package mutating func write(utf8 text: String) {
    let span = text.utf8.span
    guard span.count < Self.longText else {
      write(count: span.count)
      return bytes.append(contentsOf: text.utf8)
    }
    bytes.append(addingCapacity: Self.mostBytesOfNumber + span.count) {
      Self.append(UInt64(span.count), to: &$0)
      $0.append(copying: span)
    }
  }

  package mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  package mutating func write(_ value: UInt64) {
    bytes.append(addingCapacity: Self.mostBytesOfNumber) { Self.append(value, to: &$0) }
  }

  /// From so many bytes on a block is copied sooner than byte after byte.
  private static let longText = 48

  /// Seven bits a byte.
  private static let mostBytesOfNumber = 10

  private static func append(_ value: UInt64, to bytes: inout OutputSpan<UInt8>) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func write(_ value: Int64) { write(ZigZag.encode(value)) }

  /// A count of elements that follow. - Precondition: not negative.
  package mutating func write(count: Int) { write(UInt64(count)) }

  package mutating func write(_ value: Double) { appendWord(value.bitPattern, byteCount: 8) }

  package mutating func write(_ value: Float) {
    appendWord(UInt64(value.bitPattern), byteCount: 4)
  }

  package mutating func write(_ text: String) {
    if looksForTexts {
      if let place = places[text] { return write(place) }
      places[text] = UInt64(places.count + 1)
    }
    write(UInt8(0))
    write(utf8: text)
  }

  package mutating func write(_ value: some StateCodable) { value.write(to: &self) }

  package mutating func write(_ value: (some StateCodable)?) {
    write(value != nil)
    if let value { write(value) }
  }

  package mutating func write(_ text: String?) {
    write(text != nil)
    if let text { write(text) }
  }

  package mutating func write(_ value: Double?) {
    write(value != nil)
    if let value { write(value) }
  }

  package mutating func write(_ values: some Collection<some StateCodable>) {
    write(count: values.count)
    for value in values { write(value) }
  }

  private mutating func appendWord(_ word: UInt64, byteCount: UInt64) {
    for shift in stride(from: UInt64(0), to: 8 * byteCount, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
