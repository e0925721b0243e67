internal import TimeSeries

/// Walks through a JVM's heap dump (HPROF binary, "JAVA PROFILE 1.0.1" and "1.0.2") piece by piece and
/// tells a visitor what stands in it. Never more than one record is held, and of arrays a piece.
/// https://hg.openjdk.org/jdk8/jdk8/jdk/raw-file/tip/src/share/demo/jvmti/hprof/manual.html
struct HprofWalker<Visitor: HprofVisitor> {
  var visitor: Visitor
  /// What has come and is not yet read: less than one record.
  private var pending: [UInt8] = []
  /// Of `pending` in the file.
  private var position = 0
  /// Bytes still to be passed over.
  private var skip = 0
  /// Bytes of the present array's elements that are still to come.
  private var elements = 0
  /// Bytes left of the present heap dump segment.
  private var segment = 0
  private var idBytes = 0
  private var hasHeap = false

  init(_ visitor: Visitor) {
    self.visitor = visitor
  }

  /// Takes the next bytes of the file. - Throws: where it is damaged, with the place.
  mutating func take(_ bytes: [UInt8]) throws(ProfileFault) {
    let passed = min(skip, bytes.count)
    skip -= passed
    position += passed
    guard passed < bytes.count else { return }
    if pending.isEmpty, passed == 0 { pending = bytes } else { pending += bytes[passed...] }
    try readPending()
  }

  /// After the last bytes. - Throws: where the file is cut off, or holds no heap.
  mutating func finish() throws(ProfileFault) {
    guard pending.isEmpty, skip == 0, elements == 0, segment == 0, idBytes > 0 else {
      throw ProfileFault(
        .byte(position + pending.count), "the heap dump ends within a record: it is cut off")
    }
    guard hasHeap else { throw ProfileFault(.file, "the heap dump holds no heap") }
  }

  private mutating func readPending() throws(ProfileFault) {
    let block = pending
    pending = []
    var cursor = HprofCursor(offset: 0, idBytes: idBytes)
    var done = 0
    reading: while done < block.count {
      do throws(HprofCursor.Stop) {
        if elements > 0 {
          try readElements(&cursor, block.span)
        } else {
          try readOne(&cursor, block.span)
        }
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

  /// Whole ids, as many as there are.
  private mutating func readElements(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    let count = min(elements, bytes.count - cursor.offset) / idBytes * idBytes
    if count == 0 { throw .incomplete }
    visitor.elements(bytes.extracting(cursor.offset..<cursor.offset + count), idBytes: idBytes)
    elements -= count
    cursor.offset += count
  }

  private mutating func readOne(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    if idBytes == 0 { return try readHeader(&cursor, bytes) }
    guard segment > 0 else { return try readRecord(&cursor, bytes) }
    let start = cursor.offset
    try readObject(&cursor, bytes)
    let length = cursor.offset - start + skip + elements
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
    visitor.begin(
      idBytes: size, takenAt: Int64(exactly: milliseconds).map(Timestamp.init(milliseconds:)))
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
      guard length - idBytes <= HprofLimit.name else {
        throw fault(start, "a name of \(length) bytes")
      }
      let id = try cursor.id(bytes)
      let end = cursor.offset + length - idBytes
      guard end <= bytes.count else { throw .incomplete }
      visitor.name(id, bytes.extracting(cursor.offset..<end))
      cursor.offset = end
    case 0x02:
      guard length == 8 + 2 * idBytes else { throw fault(start, "a class of \(length) bytes") }
      try cursor.skip(bytes, 4)
      let type = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      visitor.loaded(type, name: try cursor.id(bytes))
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
    case 0x20: try readClass(&cursor, bytes)
    case 0x21: try readInstance(&cursor, bytes)
    case 0x22:
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      let length = try cursor.count(bytes, 4)
      let type = try cursor.id(bytes)
      let isWanted = visitor.wantsBody(of: address)
      visitor.objectArray(address, of: type, length: length)
      if isWanted { elements = length * idBytes } else { skip += length * idBytes }
    case 0x23:
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, 4)
      let length = try cursor.count(bytes, 4)
      let type = try cursor.number(bytes, 1)
      guard type != HprofType.object, let size = HprofType.bytes(type, idBytes: idBytes) else {
        throw fault(start, "an array of type \(type), which does not exist")
      }
      visitor.primitiveArray(address, type: type, elementBytes: size, length: length)
      skip += length * size
    default:
      guard let root = HprofRoot(rawValue: tag) else {
        throw fault(start, "object 0x\(String(tag, radix: 16)) is not known")
      }
      let address = try cursor.id(bytes)
      try cursor.skip(bytes, root.bytesBehind(idBytes: idBytes))
      visitor.root(address, root)
    }
  }

  private mutating func readInstance(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    let start = cursor.offset - 1
    let address = try cursor.id(bytes)
    try cursor.skip(bytes, 4)
    let type = try cursor.id(bytes)
    let length = try cursor.count(bytes, 4)
    guard visitor.wantsBody(of: address) else {
      visitor.instance(address, of: type, fields: bytes.extracting(first: 0))
      skip += length
      return
    }
    guard length <= HprofLimit.fields else {
      throw fault(start, "an object with fields of \(length) bytes")
    }
    let end = cursor.offset + length
    guard end <= bytes.count else { throw .incomplete }
    visitor.instance(address, of: type, fields: bytes.extracting(cursor.offset..<end))
    cursor.offset = end
  }

  private mutating func readClass(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) {
    var type = HprofClass(id: try cursor.id(bytes))
    try cursor.skip(bytes, 4)
    type.superclass = try cursor.id(bytes)
    type.loader = try cursor.id(bytes)
    // Signers, domain, two reserved, and the size of an instance, which HotSpot gives as the dump has
    // it and not as memory has it.
    try cursor.skip(bytes, 4 * idBytes + 4)
    for _ in 0..<(try cursor.count(bytes, 2)) {
      try cursor.skip(bytes, 2)
      let (_, size) = try valueType(&cursor, bytes)
      try cursor.skip(bytes, size)
    }
    for _ in 0..<(try cursor.count(bytes, 2)) {
      let name = try cursor.id(bytes)
      let (kind, size) = try valueType(&cursor, bytes)
      let value = try cursor.number(bytes, size)
      if kind == HprofType.object { type.statics.append(.init(name: name, value: value)) }
    }
    for _ in 0..<(try cursor.count(bytes, 2)) {
      let name = try cursor.id(bytes)
      let (kind, size) = try valueType(&cursor, bytes)
      type.fields.append(.init(name: name, isReference: kind == HprofType.object, bytes: size))
    }
    visitor.type(type)
  }

  private func valueType(
    _ cursor: inout HprofCursor, _ bytes: Span<UInt8>
  ) throws(HprofCursor.Stop) -> (type: UInt64, bytes: Int) {
    let start = cursor.offset
    let type = try cursor.number(bytes, 1)
    guard let size = HprofType.bytes(type, idBytes: idBytes) else {
      throw fault(start, "a value of type \(type), which does not exist")
    }
    return (type, size)
  }

  /// - Parameter offset: in the present block.
  private func fault(_ offset: Int, _ message: String) -> HprofCursor.Stop {
    .fault(ProfileFault(.byte(position + offset), message))
  }
}
