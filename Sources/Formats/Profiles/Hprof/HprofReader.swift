internal import TimeSeries

/// Reads a JVM's heap dump (HPROF binary, "JAVA PROFILE 1.0.1" and "1.0.2") piece by piece: objects
/// by class, with shallow sizes. Memory goes with the number of classes, not with the dump.
/// https://hg.openjdk.org/jdk8/jdk8/jdk/raw-file/tip/src/share/demo/jvmti/hprof/manual.html
package struct HprofReader {
  /// A longer name is no name of a class: the JVM ends at 65,535 bytes.
  private static let longestName = 1 << 16

  /// What has come and is not yet read: less than one record.
  private var pending: [UInt8] = []
  /// Of `pending` in the file.
  private var position = 0
  /// Bytes still to be passed over.
  private var skip = 0
  /// Bytes left of the present heap dump segment.
  private var segment = 0
  private var idBytes = 0
  private var takenAt: Timestamp?
  private var names: [UInt64: String] = [:]
  private var nameOfClass: [UInt64: UInt64] = [:]
  private var census = HprofCensus(idBytes: 8)
  private var hasHeap = false

  package init() {}

  /// Takes the next bytes of the file. - Throws: where it is damaged, with the place.
  package mutating func take(_ bytes: Span<UInt8>) throws(ProfileFault) {
    let passed = min(skip, bytes.count)
    skip -= passed
    position += passed
    guard passed < bytes.count else { return }
    pending.reserveCapacity(pending.count + bytes.count - passed)
    for index in passed..<bytes.count { pending.append(bytes[index]) }
    try readPending()
  }

  /// After the last bytes.
  package consuming func finish() throws(ProfileFault) -> HeapProfile {
    guard pending.isEmpty, skip == 0, segment == 0, idBytes > 0 else {
      throw ProfileFault(
        .byte(position + pending.count), "the heap dump ends within a record: it is cut off")
    }
    guard hasHeap else { throw ProfileFault(.file, "the heap dump holds no heap") }
    var builder = HeapProfileBuilder(
      .hprof, measures: ProfileMeasures(bytes: "shallow size", objects: "instances"),
      takenAt: takenAt)
    census.fill(&builder) { type in
      guard let name = nameOfClass[type].flatMap({ names[$0] }) else {
        return "class 0x" + String(type, radix: 16)
      }
      return JavaTypeName.readable(String(name.map { $0 == "/" ? "." : $0 }))
    }
    return builder.build()
  }

  private mutating func readPending() throws(ProfileFault) {
    let block = pending
    pending = []
    var cursor = HprofCursor(offset: 0, idBytes: idBytes)
    var done = 0
    reading: while done < block.count {
      do throws(HprofCursor.Stop) {
        try readOne(&cursor, block.span)
      } catch {
        switch error {
        case .incomplete: break reading
        case .fault(let fault): throw fault
        }
      }
      done = cursor.offset
      if idBytes != cursor.idBytes { cursor = HprofCursor(offset: done, idBytes: idBytes) }
      // What is passed over may lie in this block, or beyond it.
      let passed = min(skip, block.count - done)
      skip -= passed
      done += passed
      cursor.offset = done
    }
    position += done
    pending = Array(block[done...])
  }

  private mutating func readOne(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    if idBytes == 0 { return try readHeader(&cursor, bytes) }
    guard segment > 0 else { return try readRecord(&cursor, bytes) }
    let start = cursor.offset
    let before = skip
    try readObject(&cursor, bytes)
    let length = cursor.offset - start + (skip - before)
    guard length <= segment else {
      throw fault(start, "an object reaches beyond its heap dump segment")
    }
    segment -= length
  }

  private mutating func readHeader(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    // "JAVA PROFILE 1.0.2", a zero, the size of ids and milliseconds since the Unix epoch.
    guard bytes.count >= 31 else { throw .incomplete }
    guard bytes.begins(with: "JAVA PROFILE 1.0."), bytes[18] == 0 else {
      throw fault(0, "this version of heap dumps is not known")
    }
    cursor.offset = 19
    let size = try cursor.count(bytes, 4)
    guard size == 4 || size == 8 else { throw fault(19, "ids of \(size) bytes are not known") }
    let milliseconds = try cursor.number(bytes, 8)
    idBytes = size
    census = HprofCensus(idBytes: size)
    takenAt = Int64(exactly: milliseconds).map(Timestamp.init(milliseconds:))
  }

  private mutating func readRecord(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    let start = cursor.offset
    let tag = try cursor.number(bytes, 1)
    try cursor.skip(bytes, 4)
    let length = try cursor.count(bytes, 4)
    switch tag {
    case 0x01:
      guard length >= idBytes else { throw fault(start, "a name ends before it begins") }
      guard length - idBytes <= Self.longestName else {
        throw fault(start, "a name of \(length) bytes")
      }
      let id = try cursor.id(bytes)
      let end = cursor.offset + length - idBytes
      guard end <= bytes.count else { throw .incomplete }
      names[id] = bytes.text(cursor.offset..<end)
      cursor.offset = end
    case 0x02:
      guard length == 8 + 2 * idBytes else { throw fault(start, "a class of \(length) bytes") }
      try cursor.skip(bytes, 4)
      let type = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      nameOfClass[type] = try cursor.id(bytes)
    case 0x0C, 0x1C:
      segment = length
      hasHeap = true
    case 0x00, 0x03...0x0B, 0x0D, 0x0E, 0x2C: skip += length
    default: throw fault(start, "record 0x\(String(tag, radix: 16)) is not known")
    }
  }

  private mutating func readObject(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    let start = cursor.offset
    let tag = try cursor.number(bytes, 1)
    switch tag {
    // Roots: an id, and what says whose it is.
    case 0xFF, 0x05, 0x07: try cursor.skip(bytes, idBytes)
    case 0x01: try cursor.skip(bytes, 2 * idBytes)
    case 0x04, 0x06: try cursor.skip(bytes, idBytes + 4)
    case 0x02, 0x03, 0x08: try cursor.skip(bytes, idBytes + 8)
    case 0x20: try readClass(&cursor, bytes)
    case 0x21:
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      let type = try cursor.id(bytes)
      let length = try cursor.count(bytes, 4)
      census.addInstance(address, of: type)
      skip += length
    case 0x22:
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      let length = try cursor.count(bytes, 4)
      census.addObjectArray(address, of: try cursor.id(bytes), length: length)
      skip += length * idBytes
    case 0x23:
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      let length = try cursor.count(bytes, 4)
      let type = try cursor.number(bytes, 1)
      guard type != HprofType.object, let size = HprofType.bytes(type, idBytes: idBytes) else {
        throw fault(start, "an array of type \(type), which does not exist")
      }
      census.addPrimitiveArray(address, type: type, elementBytes: size, length: length)
      skip += length * size
    default: throw fault(start, "object 0x\(String(tag, radix: 16)) is not known")
    }
  }

  private mutating func readClass(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    let id = try cursor.id(bytes)
    try cursor.skip(bytes, 4)
    var fields = HprofCensus.Fields(superclass: try cursor.id(bytes))
    // Loader, signers, domain, two reserved, and the size of an instance, which HotSpot gives as
    // the dump has it and not as memory has it.
    try cursor.skip(bytes, 5 * idBytes + 4)
    for _ in 0..<(try cursor.count(bytes, 2)) {
      try cursor.skip(bytes, 2)
      try cursor.skip(bytes, try valueBytes(&cursor, bytes))
    }
    for _ in 0..<(try cursor.count(bytes, 2)) {
      try cursor.skip(bytes, idBytes)
      try cursor.skip(bytes, try valueBytes(&cursor, bytes))
    }
    for _ in 0..<(try cursor.count(bytes, 2)) {
      try cursor.skip(bytes, idBytes)
      let start = cursor.offset
      let type = try cursor.number(bytes, 1)
      guard let size = HprofType.bytes(type, idBytes: idBytes) else {
        throw fault(start, "a field of type \(type), which does not exist")
      }
      if type == HprofType.object { fields.references += 1 } else { fields.primitiveBytes += size }
    }
    census.classes[id] = fields
  }

  private func valueBytes(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) -> Int {
    let start = cursor.offset
    let type = try cursor.number(bytes, 1)
    guard let size = HprofType.bytes(type, idBytes: idBytes) else {
      throw fault(start, "a value of type \(type), which does not exist")
    }
    return size
  }

  /// - Parameter offset: in the present block.
  private func fault(_ offset: Int, _ message: String) -> HprofCursor.Stop {
    .fault(ProfileFault(.byte(position + offset), message))
  }
}
