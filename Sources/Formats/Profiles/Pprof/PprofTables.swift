/// The whole of a profile.proto, taken apart and not yet resolved.
struct PprofTables {
  /// A number of objects and a number of bytes, and so on: one value of each sample type.
  struct Sample {
    var locations: Range<Int>
    var values: Range<Int>
    var offset: Int
  }

  private(set) var sampleTypes: [PprofValueType] = []
  private(set) var samples: [Sample] = []
  /// Of all samples, one after another; `Sample.locations` are ranges of it.
  private(set) var sampleLocations: [UInt64] = []
  /// As `sampleLocations`.
  private(set) var sampleValues: [UInt64] = []
  private(set) var mappings: [UInt64: PprofMapping] = [:]
  /// Ids in the order of the file: the program comes first, then its libraries.
  private(set) var mappingOrder: [UInt64] = []
  private(set) var locations: [UInt64: PprofLocation] = [:]
  private(set) var functions: [UInt64: PprofFunction] = [:]
  private(set) var periodType = PprofValueType()
  private(set) var period: Int64 = 0
  /// Expressions, as texts of the table; 0 is none.
  private(set) var dropFrames: UInt64 = 0
  private(set) var keepFrames: UInt64 = 0
  /// Nanoseconds since the Unix epoch; 0 is unknown.
  private(set) var timeNanoseconds: Int64 = 0
  private var strings: [Range<Int>] = []

  init(_ bytes: Span<UInt8>) throws(ProfileFault) {
    var cursor = ProtobufCursor(0..<bytes.count)
    while let field = try cursor.next(bytes) { try take(field, bytes) }
  }

  private mutating func take(
    _ field: ProtobufCursor.Field, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    switch field.number {
    case 1: sampleTypes.append(try PprofValueType(bytes, try field.range()))
    case 2: try takeSample(field, bytes)
    case 3:
      let mapping = try PprofMapping(bytes, try field.range())
      if mappings.updateValue(mapping, forKey: mapping.id) == nil {
        mappingOrder.append(mapping.id)
      }
    case 4:
      let location = try PprofLocation(bytes, try field.range())
      guard locations.updateValue(location, forKey: location.id) == nil else {
        throw ProfileFault(.byte(field.offset), "two locations have the id \(location.id)")
      }
    case 5:
      let function = try PprofFunction(bytes, try field.range())
      guard functions.updateValue(function, forKey: function.id) == nil else {
        throw ProfileFault(.byte(field.offset), "two functions have the id \(function.id)")
      }
    case 6: strings.append(try field.range())
    case 7: dropFrames = try field.integer()
    case 8: keepFrames = try field.integer()
    case 9: timeNanoseconds = Int64(bitPattern: try field.integer())
    case 11: periodType = try PprofValueType(bytes, try field.range())
    case 12: period = Int64(bitPattern: try field.integer())
    default: break
    }
  }

  /// Labels are left out: a block size or a request id does not say where memory is allocated.
  private mutating func takeSample(
    _ field: ProtobufCursor.Field, _ bytes: Span<UInt8>
  ) throws(ProfileFault) {
    let firstLocation = sampleLocations.count
    let firstValue = sampleValues.count
    var cursor = ProtobufCursor(try field.range())
    while let part = try cursor.next(bytes) {
      switch part.number {
      case 1: try part.appendNumbers(bytes, to: &sampleLocations)
      case 2: try part.appendNumbers(bytes, to: &sampleValues)
      default: break
      }
    }
    samples.append(
      Sample(
        locations: firstLocation..<sampleLocations.count,
        values: firstValue..<sampleValues.count, offset: field.offset))
  }

  /// Text number `index` of the string table; ill-formed UTF-8 is replaced.
  func text(_ index: UInt64, _ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    guard index < UInt64(strings.count) else {
      throw ProfileFault(
        .file,
        "text \(index) is asked for, and the table holds \(strings.count): the file is damaged")
    }
    return bytes.text(strings[Int(index)])
  }
}
