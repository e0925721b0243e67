extension [UInt8] {
  /// Adds the UTF-8 of `text`, as one block: `append(contentsOf: text.utf8)` takes three times as long for
  /// the short texts that an alert is made of.
  package mutating func append(text: String) {
    let bytes = text.utf8.span
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
