/// Which object refers to which: 4 bytes for each object and each reference, and 4 to end each list.
struct ReferenceGraph {
  private static let end = UInt32.max

  /// Where the references of each object begin in `targets`.
  private var starts: ContiguousArray<UInt32>
  private var targets: ContiguousArray<UInt32> = [Self.end]
  /// Objects that live by themselves.
  var roots: [UInt32] = []

  /// - Parameters:
  ///   - objects: fewer than 2³² − 1.
  ///   - references: how many will be added, at most.
  init(objects: Int, references: Int) {
    starts = ContiguousArray(repeating: 0, count: objects)
    targets.reserveCapacity(objects + references + 1)
  }

  var count: Int { starts.count }

  /// References that are added from now on are this object's, until `finish()`.
  mutating func begin(_ object: UInt32) { starts[Int(object)] = UInt32(targets.count) }
  mutating func add(_ target: UInt32) { targets.append(target) }
  mutating func finish() { targets.append(Self.end) }

  /// For `target(at:)`; the references of an object lie one after the other.
  func start(of object: UInt32) -> Int { Int(starts[Int(object)]) }

  /// nil behind the last reference of an object.
  func target(at place: Int) -> UInt32? {
    let target = targets[place]
    return target == Self.end ? nil : target
  }

  /// Puts numbers in the place of objects, for the targets and the roots. What has none is met by
  /// nobody who starts at a root.
  mutating func renumber(_ numbers: consuming ContiguousArray<UInt32>) {
    for place in targets.indices where targets[place] != Self.end {
      targets[place] = numbers[Int(targets[place])]
    }
    roots = roots.map { numbers[Int($0)] }
  }
}
