/// Walks the fields of one protobuf message (the wire format of proto3).
///
/// Every length is checked against the message that holds it, so no input reads beyond it, and
/// every step goes forward, so none runs for ever. Groups (wire types 3 and 4) are refused:
/// profile.proto has none.
struct ProtobufCursor {
  struct Field {
    var number: UInt64
    var value: Value
    /// Of the tag, for messages.
    var offset: Int
  }

  enum Value {
    case varint(UInt64)
    case bytes(Range<Int>)
    /// Fixed 32 and 64 bits, which profile.proto does not use.
    case fixed
  }

  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  /// nil at the end of the message.
  mutating func next(_ bytes: Span<UInt8>) throws(ProfileFault) -> Field? {
    guard !isAtEnd else { return nil }
    let start = offset
    let tag = try varint(bytes)
    guard tag >> 3 > 0 else { throw ProfileFault(.byte(start), "a field has the number 0") }
    let value: Value
    switch tag & 7 {
    case 0: value = .varint(try varint(bytes))
    case 1: value = try fixed(8, start)
    case 2: value = .bytes(try range(bytes, start))
    case 5: value = try fixed(4, start)
    default:
      throw ProfileFault(.byte(start), "wire type \(tag & 7) does not occur in profile.proto")
    }
    return Field(number: tag >> 3, value: value, offset: start)
  }

  /// A number of 64 bits in at most ten bytes, seven bits in each, the lowest first.
  mutating func varint(_ bytes: Span<UInt8>) throws(ProfileFault) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      if shift == 63, byte > 1 { throw ProfileFault(.byte(start), "a number exceeds 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw ProfileFault(.byte(start), "the file ends within a number: it is cut off or damaged")
  }

  private mutating func range(
    _ bytes: Span<UInt8>, _ start: Int
  ) throws(ProfileFault) -> Range<Int> {
    let length = try varint(bytes)
    guard length <= UInt64(end - offset) else {
      throw ProfileFault(
        .byte(start),
        "a field of \(length) bytes with \(end - offset) left: the file is cut off or damaged")
    }
    defer { offset += Int(length) }
    return offset..<offset + Int(length)
  }

  private mutating func fixed(_ size: Int, _ start: Int) throws(ProfileFault) -> Value {
    guard end - offset >= size else {
      throw ProfileFault(.byte(start), "the file ends within a number: it is cut off or damaged")
    }
    offset += size
    return .fixed
  }
}

extension ProtobufCursor.Field {
  /// A field that is a number by profile.proto.
  func integer() throws(ProfileFault) -> UInt64 {
    guard case .varint(let value) = value else {
      throw ProfileFault(.byte(offset), "field \(number) is not the number that it should be")
    }
    return value
  }

  /// A field that is a message or a text by profile.proto.
  func range() throws(ProfileFault) -> Range<Int> {
    guard case .bytes(let range) = value else {
      throw ProfileFault(.byte(offset), "field \(number) is not the message that it should be")
    }
    return range
  }

  /// Repeated numbers come one in each field, or packed into one.
  func appendNumbers(
    _ bytes: Span<UInt8>, to numbers: inout [UInt64]
  ) throws(ProfileFault) {
    switch value {
    case .varint(let value): numbers.append(value)
    case .bytes(let range):
      var packed = ProtobufCursor(range)
      while !packed.isAtEnd { numbers.append(try packed.varint(bytes)) }
    case .fixed:
      throw ProfileFault(.byte(offset), "field \(number) is not the numbers that it should be")
    }
  }
}
