internal import Alerting
internal import LinuxSystem
private import TimeSeries

/// The cells of a row, packed, and the bytes that its checksum is of: the same buffer serves both, and one
/// row after the other.
struct SealedRow {
  private var writer: StateWriter
  private var packed = PackedCells()

  /// - Parameter capacity: bytes that a row will probably have.
  init(capacity: Int = 4096) { writer = StateWriter(capacity: capacity) }

  /// Begins the next row.
  mutating func removeAll() {
    writer.removeAll()
    packed.cells.removeAll(keepingCapacity: true)
  }

  mutating func appendNull() {
    writer.write(UInt8(0))
    packed.cells.append(.null)
  }

  mutating func append(_ value: Int64) {
    writer.write(UInt8(1))
    writer.write(value)
    packed.cells.append(.integer(value))
  }

  mutating func append(_ value: Double) {
    writer.write(UInt8(2))
    writer.write(value)
    packed.cells.append(.real(value))
  }

  mutating func append(_ text: String) {
    writer.write(UInt8(3))
    writer.write(utf8: text)
    let end = writer.bytes.count
    packed.cells.append(.text(end - text.utf8.count..<end))
  }

  mutating func append(_ blob: [UInt8]) {
    writer.write(UInt8(4))
    writer.write(count: blob.count)
    writer.write(bytes: blob)
    let end = writer.bytes.count
    packed.cells.append(.blob(end - blob.count..<end))
  }

  /// An unknown value stays unknown on disk.
  mutating func append(_ text: String?) {
    if let text { append(text) } else { appendNull() }
  }

  mutating func append(_ value: Int64?) {
    if let value { append(value) } else { appendNull() }
  }

  mutating func append(_ value: Double?) {
    if let value { append(value) } else { appendNull() }
  }

  /// The three columns that name an episode.
  mutating func append(_ identity: AlertEpisode) {
    append(identity.key.service.text)
    append(identity.key.kind.rawValue)
    append(identity.episode.text)
  }

  mutating func append(_ cell: DatabaseValue) {
    switch cell {
    case .null: appendNull()
    case .integer(let value): append(value)
    case .real(let value): append(value)
    case .text(let text): append(text)
    case .blob(let bytes): append(bytes)
    }
  }

  /// CRC-32 of the cells so far, in their order.
  var checksum: Int64 { Int64(Checksum.crc32(writer.bytes)) }

  /// Adds the checksum as a cell, and behind it a number that it is not of.
  mutating func seal(before number: Int64? = nil) {
    packed.cells.append(.integer(checksum))
    if let number { packed.cells.append(.integer(number)) }
  }

  func execute(_ sql: String, in database: Database) throws(DatabaseError) {
    try database.execute(sql, packed, in: writer.bytes)
  }
}
