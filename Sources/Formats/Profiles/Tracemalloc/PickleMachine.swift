/// Interprets the part of Python's pickle that a tracemalloc snapshot uses. It builds values of
/// its own and runs nothing: a pickle that asks for more than `PickleOpcode` and `PickleGlobal`
/// is refused by the name of what it asks for.
///
/// Each opcode makes at most one value, so memory is bounded by the length of the input.
struct PickleMachine {
  private(set) var heap = PickleHeap()
  private var stack: [PickleValue] = []
  /// Heights of the stack at each MARK.
  private var marks: [Int] = []
  private var memo: [UInt64: PickleValue] = [:]
  private var offset = 0

  /// - Returns: the value at the end.
  mutating func run(_ bytes: Span<UInt8>) throws(ProfileFault) -> PickleValue {
    while true {
      let place = offset
      let byte = try take(bytes)
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw ProfileFault(
          .byte(place),
          "refused: opcode \(PickleOpcode.name(byte)) does not belong in a tracemalloc snapshot")
      }
      if opcode == .stop {
        guard offset == bytes.count else {
          throw ProfileFault(.byte(offset), "bytes follow the end of the snapshot")
        }
        return try pop(place)
      }
      try step(opcode, bytes, place)
    }
  }

  private mutating func step(
    _ opcode: PickleOpcode, _ bytes: Span<UInt8>, _ place: Int
  ) throws(ProfileFault) {
    switch opcode {
    case .protocol:
      let version = try take(bytes)
      guard (2...5).contains(version) else {
        throw ProfileFault(.byte(place), "pickle protocol \(version) is not known")
      }
    // Frames only say how much to read ahead.
    case .frame: _ = try number(bytes, 8)
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binaryInteger:
      stack.append(.integer(Int64(Int32(truncatingIfNeeded: try number(bytes, 4)))))
    case .binaryInteger1: stack.append(.integer(Int64(try number(bytes, 1))))
    case .binaryInteger2: stack.append(.integer(Int64(try number(bytes, 2))))
    case .long1: stack.append(.integer(try long(bytes, place)))
    case .shortText: try pushText(bytes, lengthBytes: 1, place)
    case .binaryText: try pushText(bytes, lengthBytes: 4, place)
    case .longText: try pushText(bytes, lengthBytes: 8, place)
    case .mark: marks.append(stack.count)
    case .emptyTuple: stack.append(heap.tuple([]))
    case .tuple1: try makeTuple(of: 1, place)
    case .tuple2: try makeTuple(of: 2, place)
    case .tuple3: try makeTuple(of: 3, place)
    case .tuple: stack.append(heap.tuple(try popToMark(place)))
    case .emptyList:
      heap.lists.append([])
      stack.append(.list(Int32(heap.lists.count - 1)))
    case .emptyDictionary:
      heap.dictionaries.append([])
      stack.append(.dictionary(Int32(heap.dictionaries.count - 1)))
    case .append: try appendToList([try pop(place)], place)
    case .appends: try appendToList(try popToMark(place), place)
    case .setItem:
      let value = try pop(place)
      try setItems([try pop(place), value], place)
    case .setItems: try setItems(try popToMark(place), place)
    case .memoize: memo[UInt64(memo.count)] = try top(place)
    case .put: memo[try number(bytes, 1)] = try top(place)
    case .longPut: memo[try number(bytes, 4)] = try top(place)
    case .get: try recall(try number(bytes, 1), place)
    case .longGet: try recall(try number(bytes, 4), place)
    case .global: try pushGlobal(try line(bytes), try line(bytes), place)
    case .stackGlobal:
      let name = try popText(place)
      try pushGlobal(try popText(place), name, place)
    case .newObject: try makeInstance(place)
    case .build: try build(place)
    case .stop: break
    }
  }
}

/// Objects.
extension PickleMachine {
  private mutating func pushGlobal(
    _ module: String, _ name: String, _ place: Int
  ) throws(ProfileFault) {
    guard let global = PickleGlobal(rawValue: "\(module).\(name)") else {
      let asked = "\(module).\(name)".prefix(80)
      throw ProfileFault(
        .byte(place),
        "refused: the pickle asks for \(asked), which a tracemalloc snapshot does not need"
      )
    }
    stack.append(.global(global))
  }

  private mutating func makeInstance(_ place: Int) throws(ProfileFault) {
    let arguments = try pop(place)
    guard case .global(let type) = try pop(place), case .tuple(let index) = arguments,
      heap.tuples[Int(index)].isEmpty
    else { throw ProfileFault(.byte(place), "an object is made of what is no class") }
    heap.instances.append(PickleInstance(type: type))
    stack.append(.instance(Int32(heap.instances.count - 1)))
  }

  private mutating func build(_ place: Int) throws(ProfileFault) {
    guard case .dictionary(let state) = try pop(place), case .instance(let index) = try top(place)
    else { throw ProfileFault(.byte(place), "an object gets a state that is no dictionary") }
    heap.instances[Int(index)].state = state
  }

  private mutating func appendToList(
    _ values: ArraySlice<PickleValue>, _ place: Int
  ) throws(ProfileFault) {
    guard case .list(let index) = try top(place) else {
      throw ProfileFault(.byte(place), "values are added to what is no list")
    }
    heap.lists[Int(index)] += values
  }

  private mutating func setItems(
    _ values: ArraySlice<PickleValue>, _ place: Int
  ) throws(ProfileFault) {
    guard case .dictionary(let index) = try top(place), values.count.isMultiple(of: 2) else {
      throw ProfileFault(.byte(place), "members are set in what is no dictionary")
    }
    var position = values.startIndex
    while position < values.endIndex {
      heap.dictionaries[Int(index)].append((values[position], values[position + 1]))
      position += 2
    }
  }

  private mutating func makeTuple(of count: Int, _ place: Int) throws(ProfileFault) {
    guard stack.count - (marks.last ?? 0) >= count else { throw Self.underflow(place) }
    let tuple = heap.tuple(stack.suffix(count))
    stack.removeLast(count)
    stack.append(tuple)
  }

  private mutating func recall(_ key: UInt64, _ place: Int) throws(ProfileFault) {
    guard let value = memo[key] else {
      throw ProfileFault(.byte(place), "value \(key) is recalled, and never was remembered")
    }
    stack.append(value)
  }
}

/// The stack.
extension PickleMachine {
  private static func underflow(_ place: Int) -> ProfileFault {
    ProfileFault(.byte(place), "a value is taken that is not there: the file is damaged")
  }

  private func top(_ place: Int) throws(ProfileFault) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else {
      throw Self.underflow(place)
    }
    return value
  }

  private mutating func pop(_ place: Int) throws(ProfileFault) -> PickleValue {
    let value = try top(place)
    stack.removeLast()
    return value
  }

  private mutating func popText(_ place: Int) throws(ProfileFault) -> String {
    guard case .text(let index) = try pop(place) else {
      throw ProfileFault(.byte(place), "a name is no text")
    }
    return heap.texts[Int(index)]
  }

  private mutating func popToMark(_ place: Int) throws(ProfileFault) -> ArraySlice<PickleValue> {
    guard let mark = marks.popLast() else { throw Self.underflow(place) }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values[...]
  }
}

/// The bytes.
extension PickleMachine {
  private mutating func take(_ bytes: Span<UInt8>) throws(ProfileFault) -> UInt8 {
    guard offset < bytes.count else { throw Self.cutOff(offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  private static func cutOff(_ offset: Int) -> ProfileFault {
    ProfileFault(.byte(offset), "the snapshot ends before its end: the file is cut off")
  }

  /// The lowest byte first.
  private mutating func number(
    _ bytes: Span<UInt8>, _ size: Int
  ) throws(ProfileFault) -> UInt64 {
    var value: UInt64 = 0
    for position in 0..<size { value |= UInt64(try take(bytes)) << UInt64(8 * position) }
    return value
  }

  /// Two's complement of as many bytes as it needs.
  private mutating func long(
    _ bytes: Span<UInt8>, _ place: Int
  ) throws(ProfileFault) -> Int64 {
    let size = Int(try take(bytes))
    guard size <= 8 else { throw ProfileFault(.byte(place), "a number exceeds 64 bits") }
    guard size > 0 else { return 0 }
    let shift = UInt64(64 - 8 * size)
    return Int64(bitPattern: try number(bytes, size) << shift) >> Int64(shift)
  }

  private mutating func pushText(
    _ bytes: Span<UInt8>, lengthBytes: Int, _ place: Int
  ) throws(ProfileFault) {
    let length = try number(bytes, lengthBytes)
    guard length <= UInt64(bytes.count - offset) else { throw Self.cutOff(bytes.count) }
    heap.texts.append(bytes.text(offset..<offset + Int(length)))
    offset += Int(length)
    stack.append(.text(Int32(heap.texts.count - 1)))
  }

  /// Up to a line feed, which is taken too.
  private mutating func line(_ bytes: Span<UInt8>) throws(ProfileFault) -> String {
    let start = offset
    while try take(bytes) != 0x0A {}
    return bytes.text(start..<offset - 1)
  }
}
