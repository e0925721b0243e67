/// Writes messages of profile.proto for tests.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func field(_ number: UInt64, _ value: UInt64) {
    varint(number << 3)
    varint(value)
  }

  mutating func field(_ number: UInt64, _ content: [UInt8]) {
    varint(number << 3 | 2)
    varint(UInt64(content.count))
    bytes += content
  }

  mutating func field(_ number: UInt64, _ build: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    build(&message)
    field(number, message.bytes)
  }

  static func packed(_ values: [UInt64]) -> [UInt8] {
    var writer = ProtobufWriter()
    values.forEach { writer.varint($0) }
    return writer.bytes
  }
}

/// A pprof profile in the making.
struct PprofWriter {
  var writer = ProtobufWriter()
  private var strings: [String] = [""]

  mutating func string(_ text: String) -> UInt64 {
    if let index = strings.firstIndex(of: text) { return UInt64(index) }
    strings.append(text)
    return UInt64(strings.count - 1)
  }

  mutating func sampleType(_ type: String, _ unit: String) {
    let (type, unit) = (string(type), string(unit))
    writer.field(1) {
      $0.field(1, type)
      $0.field(2, unit)
    }
  }

  /// - Parameter isPacked: as every writer does today; one number a field is allowed too.
  mutating func sample(_ locations: [UInt64], _ values: [Int64], isPacked: Bool = true) {
    let values = values.map { UInt64(bitPattern: $0) }
    writer.field(2) { sample in
      if isPacked {
        sample.field(1, ProtobufWriter.packed(locations))
        sample.field(2, ProtobufWriter.packed(values))
      } else {
        locations.forEach { sample.field(1, $0) }
        values.forEach { sample.field(2, $0) }
      }
    }
  }

  mutating func mapping(
    _ id: UInt64, start: UInt64, offset: UInt64, file: String, build: String = ""
  ) {
    let (file, build) = (string(file), string(build))
    writer.field(3) {
      $0.field(1, id)
      $0.field(2, start)
      $0.field(4, offset)
      $0.field(5, file)
      $0.field(6, build)
    }
  }

  /// Expressions that functions are dropped and kept by.
  mutating func frames(drop: String, keep: String = "") {
    writer.field(7, string(drop))
    writer.field(8, string(keep))
  }

  mutating func location(
    _ id: UInt64, mapping: UInt64 = 0, address: UInt64 = 0,
    lines: [(function: UInt64, line: UInt64)]
  ) {
    writer.field(4) { location in
      location.field(1, id)
      location.field(2, mapping)
      location.field(3, address)
      for line in lines {
        location.field(4) {
          $0.field(1, line.function)
          $0.field(2, line.line)
        }
      }
    }
  }

  mutating func function(_ id: UInt64, _ name: String, _ file: String) {
    let (name, file) = (string(name), string(file))
    writer.field(5) {
      $0.field(1, id)
      $0.field(2, name)
      $0.field(4, file)
    }
  }

  mutating func period(_ type: String, _ unit: String, _ period: UInt64) {
    let (type, unit) = (string(type), string(unit))
    writer.field(11) {
      $0.field(1, type)
      $0.field(2, unit)
    }
    writer.field(12, period)
  }

  /// The string table comes last, as Go writes it.
  func bytes() -> [UInt8] {
    var writer = writer
    for string in strings { writer.field(6, Array(string.utf8)) }
    return writer.bytes
  }
}
