/// What a pickle of tracemalloc can hold. Compound values are indices into `PickleHeap`, so that
/// one that is shared a million times costs as much as one.
enum PickleValue: Hashable {
  case none
  case bool(Bool)
  case integer(Int64)
  case text(Int32)
  case tuple(Int32)
  case list(Int32)
  case dictionary(Int32)
  case global(PickleGlobal)
  case instance(Int32)
}

/// The only two names that are let in.
enum PickleGlobal: String, Hashable {
  case snapshot = "tracemalloc.Snapshot"
  case traces = "tracemalloc._Traces"
}

struct PickleInstance {
  var type: PickleGlobal
  /// Index of the dictionary that BUILD gave it.
  var state: Int32?
}

/// The objects of a pickle.
struct PickleHeap {
  var texts: [String] = []
  /// Elements of all tuples, one after another.
  var elements: [PickleValue] = []
  var tuples: [Range<Int>] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var instances: [PickleInstance] = []

  mutating func tuple(_ values: ArraySlice<PickleValue>) -> PickleValue {
    let start = elements.count
    elements += values
    tuples.append(start..<elements.count)
    return .tuple(Int32(tuples.count - 1))
  }
}
