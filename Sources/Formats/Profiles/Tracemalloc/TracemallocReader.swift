/// Reads what `tracemalloc.Snapshot.dump` writes, of Python 3.4 and later, without Python's
/// unpickling: a pickle is a program, and this one comes from elsewhere.
///
/// A trace is (domain, size, ((file, line), …), frames in all), the innermost frame first; before
/// 3.6 the domain is missing, before 3.9 the last number. Each trace is one block of memory.
struct TracemallocReader {
  private let heap: PickleHeap
  private var builder = HeapProfileBuilder(
    .tracemalloc, measures: ProfileMeasures(bytes: "traced size", objects: "blocks"))
  /// By the index of their tuples: tracebacks and frames are shared by many traces.
  private var stacks: [Int32: Int] = [:]
  private var frames: [Int32: Int32] = [:]

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var machine = PickleMachine()
    let root = try machine.run(bytes)
    var reader = TracemallocReader(heap: machine.heap)
    for trace in try reader.traces(of: root) { try reader.add(trace) }
    return reader.builder.build()
  }

  private init(heap: PickleHeap) {
    self.heap = heap
  }

  private func traces(of root: PickleValue) throws(ProfileFault) -> [PickleValue] {
    guard let outer = member("traces", of: root, .snapshot) else {
      throw ProfileFault(.file, "the pickle holds no tracemalloc.Snapshot")
    }
    switch member("_traces", of: outer, .traces) {
    case .list(let index): return heap.lists[Int(index)]
    case .tuple(let index): return Array(heap.elements[heap.tuples[Int(index)]])
    default: throw ProfileFault(.file, "the snapshot holds no traces")
    }
  }

  private func member(
    _ name: String, of value: PickleValue, _ type: PickleGlobal
  ) -> PickleValue? {
    guard case .instance(let index) = value, heap.instances[Int(index)].type == type,
      let state = heap.instances[Int(index)].state
    else { return nil }
    return heap.dictionaries[Int(state)].last { pair in
      guard case .text(let text) = pair.key else { return false }
      return heap.texts[Int(text)] == name
    }?.value
  }

  private mutating func add(_ trace: PickleValue) throws(ProfileFault) {
    var parts = try elements(trace, "a trace")[...]
    // (size, traceback) until 3.5.
    if parts.count > 2 { parts = parts.dropFirst() }
    guard parts.count >= 2, case .integer(let size) = parts[parts.startIndex], size >= 0,
      case .tuple(let traceback) = parts[parts.startIndex + 1]
    else { throw ProfileFault(.file, "a trace has no size or no traceback") }
    builder.add(stack: try stack(of: traceback), StackCounts(bytes: size, objects: 1))
  }

  private mutating func stack(of traceback: Int32) throws(ProfileFault) -> Int {
    if let known = stacks[traceback] { return known }
    var stack: [Int32] = []
    for frame in heap.elements[heap.tuples[Int(traceback)]] {
      guard case .tuple(let index) = frame else {
        throw ProfileFault(.file, "a traceback holds what is no frame")
      }
      stack.append(try self.frame(index))
    }
    if stack.isEmpty {
      stack = [builder.index(of: ProfileFrame(site: .init(name: "<unknown>")))]
    }
    let result = builder.stack(stack)
    stacks[traceback] = result
    return result
  }

  private mutating func frame(_ index: Int32) throws(ProfileFault) -> Int32 {
    if let known = frames[index] { return known }
    let parts = Array(heap.elements[heap.tuples[Int(index)]])
    guard parts.count == 2, case .text(let file) = parts[0], case .integer(let number) = parts[1]
    else { throw ProfileFault(.file, "a frame is not a file and a line") }
    let path = heap.texts[Int(file)]
    let frame = builder.index(of: .pythonLine(path: path, line: Int(clamping: number)))
    frames[index] = frame
    return frame
  }

  private func elements(
    _ value: PickleValue, _ what: String
  ) throws(ProfileFault) -> [PickleValue] {
    guard case .tuple(let index) = value else {
      throw ProfileFault(.file, "\(what) is no tuple")
    }
    return Array(heap.elements[heap.tuples[Int(index)]])
  }
}

extension ProfileFrame {
  /// - Parameter line: 0 is one that Python does not know.
  static func pythonLine(path: String, line: Int) -> ProfileFrame {
    let known = line > 0 ? line : nil
    let name = lastComponent(path) + (known.map { ":\($0)" } ?? "")
    return ProfileFrame(site: Site(name: name, distinction: path), path: path, line: known)
  }
}
