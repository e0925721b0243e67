/// The last `capacity` elements that were appended, oldest first.
///
/// Storage grows with use and never beyond `capacity`, so that a young window is small.
package struct RingBuffer<Element> {
  package let capacity: Int
  private var storage: ContiguousArray<Element> = []
  /// Where the oldest element lies once the storage is full; 0 before.
  private var head = 0

  /// - Precondition: `capacity` is positive.
  package init(capacity: Int) {
    precondition(capacity > 0, "a ring buffer holds at least one element")
    self.capacity = capacity
  }

  /// Takes the memory of the first elements already.
  mutating func begin() { reserveForOneMore() }

  /// Takes all of the memory that is left, once that of the first elements is full. For what fills for
  /// weeks: memory that rises in steps all the while looks like a leak.
  mutating func completeIfBegun() {
    if isFullyUsed, !isEmpty { storage.reserveCapacity(capacity) }
  }

  /// Whether the next element needs more memory.
  var isFullyUsed: Bool { storage.count == storage.capacity }

  package var count: Int { storage.count }
  package var isEmpty: Bool { storage.isEmpty }
  package var isFull: Bool { storage.count == capacity }

  /// Appends; when full, the oldest element gives way and is returned.
  @discardableResult
  package mutating func append(_ element: Element) -> Element? {
    guard isFull else {
      reserveForOneMore()
      storage.append(element)
      return nil
    }
    let oldest = storage[head]
    storage[head] = element
    head = head + 1 == capacity ? 0 : head + 1
    return oldest
  }

  /// Element `offset` places after the oldest. - Precondition: `0 ..< count`.
  package subscript(offset: Int) -> Element {
    get { storage[place(offset)] }
    set { storage[place(offset)] = newValue }
  }

  private func place(_ offset: Int) -> Int {
    precondition(offset >= 0 && offset < storage.count, "offset outside the ring buffer")
    let index = head + offset
    return index < storage.count ? index : index - storage.count
  }

  package var first: Element? { isEmpty ? nil : self[0] }
  package var last: Element? { isEmpty ? nil : self[count - 1] }

  /// Takes out the newest ones, all where there are fewer.
  package mutating func removeLast(_ count: Int) {
    storage = ContiguousArray(dropLast(count))
    head = 0
  }

  package mutating func removeAll() {
    storage = []
    head = 0
  }

  /// An eighth of the capacity twice, then all of it: arrays double by themselves, which would leave a
  /// full window with half of its memory unused, many small steps leave holes in the heap, and memory
  /// that rises in steps for a day looks like a leak. What has filled a quarter lives on.
  private mutating func reserveForOneMore() {
    guard isFullyUsed else { return }
    let step = Swift.max(4, capacity / 8)
    let next = storage.count < 2 * step ? storage.count + step : capacity
    storage.reserveCapacity(Swift.min(capacity, next))
  }
}

extension RingBuffer: Sendable where Element: Sendable {}

extension RingBuffer: Sequence {
  package struct Iterator: IteratorProtocol {
    private let buffer: RingBuffer
    private var offset = 0

    fileprivate init(_ buffer: RingBuffer) {
      self.buffer = buffer
    }

    package mutating func next() -> Element? {
      guard offset < buffer.count else { return nil }
      defer { offset += 1 }
      return buffer[offset]
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }
}
