/// The messages of profile.proto, as far as a heap profile needs them; texts are indices into the
/// string table, which may come last.
struct PprofValueType {
  var type: UInt64 = 0
  var unit: UInt64 = 0

  init() {}

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ProfileFault) {
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(bytes) {
      switch field.number {
      case 1: type = try field.integer()
      case 2: unit = try field.integer()
      default: break
      }
    }
  }
}

/// What a memory map says of the addresses in it.
struct PprofMapping {
  var id: UInt64 = 0
  var start: UInt64 = 0
  var fileOffset: UInt64 = 0
  var file: UInt64 = 0
  var buildID: UInt64 = 0

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ProfileFault) {
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(bytes) {
      switch field.number {
      case 1: id = try field.integer()
      case 2: start = try field.integer()
      case 4: fileOffset = try field.integer()
      case 5: file = try field.integer()
      case 6: buildID = try field.integer()
      default: break
      }
    }
  }
}

/// One address, and the calls that were inlined there: the innermost first.
struct PprofLocation {
  struct Line {
    var function: UInt64 = 0
    /// 1-based; 0 is unknown.
    var line: UInt64 = 0
  }

  var id: UInt64 = 0
  var mapping: UInt64 = 0
  var address: UInt64 = 0
  var lines: [Line] = []

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ProfileFault) {
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(bytes) {
      switch field.number {
      case 1: id = try field.integer()
      case 2: mapping = try field.integer()
      case 3: address = try field.integer()
      case 4: lines.append(try Self.line(bytes, try field.range()))
      default: break
      }
    }
  }

  private static func line(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(ProfileFault) -> Line {
    var line = Line()
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(bytes) {
      switch field.number {
      case 1: line.function = try field.integer()
      case 2: line.line = try field.integer()
      default: break
      }
    }
    return line
  }
}

struct PprofFunction {
  var id: UInt64 = 0
  var name: UInt64 = 0
  var systemName: UInt64 = 0
  var file: UInt64 = 0

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ProfileFault) {
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(bytes) {
      switch field.number {
      case 1: id = try field.integer()
      case 2: name = try field.integer()
      case 3: systemName = try field.integer()
      case 4: file = try field.integer()
      default: break
      }
    }
  }
}
