extension [UInt8] {
  /// Adds the UTF-8 of `text`, as one block: `append(contentsOf: text.utf8)` takes three times as long for
  /// the short texts that an alert is made of.
  package mutating func append(text: String) { append(copying: text.utf8.span) }

  package mutating func append(copying bytes: Span<UInt8>) {
    append(addingCapacity: bytes.count) { $0.append(copying: bytes) }
  }
}

extension OutputSpan<UInt8> {
  /// Adds `bytes`, for which there must be room, as one block.
  package mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe withUnsafeMutableBufferPointer { target, count in
        let end = unsafe UnsafeMutableBufferPointer(rebasing: target[count...])
          .update(fromContentsOf: source)
        count += end
      }
    }
  }
}
