extension [UInt8] {
  /// Adds the UTF-8 of `text` in one step: `append(contentsOf: text.utf8)` takes half as long again for the
  /// short texts that an alert is made of.
  package mutating func append(text: String) {
    let bytes = text.utf8.span
    append(addingCapacity: bytes.count) { $0.append(copying: bytes) }
  }
}

extension OutputSpan<UInt8> {
  /// Adds `bytes`, for which there must be room.
  package mutating func append(copying bytes: Span<UInt8>) {
    for index in bytes.indices { append(bytes[index]) }
  }
}
