extension RingBuffer {
  func write(
    to writer: inout StateWriter, _ element: (Element, inout StateWriter) -> Void
  ) {
    writer.write(count: count)
    for value in self { element(value, &writer) }
  }

  /// - Parameter size: least bytes that an element takes.
  init(
    capacity: Int, from reader: inout StateReader, elementsOf size: Int,
    _ element: (inout StateReader) throws(StateFault) -> Element
  ) throws(StateFault) {
    self.init(capacity: capacity)
    let count = try reader.count(elementsOf: size)
    guard count <= capacity else { throw reader.fault("ring buffer") }
    for _ in 0..<count { append(try element(&reader)) }
  }
}
