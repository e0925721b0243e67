private import Glibc

/// One buffer that takes the text of many small files, one after the other.
///
/// What `withBytes` shows is the last read and lives until the next one.
package final class ReadBuffer {
  /// No kernel file that is read whole comes near this; one that does is cut off as EFBIG.
  package static let maximumSize = 4 << 20

  private var storage: [UInt8]
  private var count = 0

  package init(capacity: Int = 16 << 10) {
    storage = [UInt8](repeating: 0, count: capacity)
  }

  package func withBytes<Value: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let bytes = storage
    return try body(bytes.span.extracting(first: count))
  }

  /// The text of the last read; bytes that are not UTF-8 become U+FFFD.
  package var text: String { String(decoding: storage.prefix(count), as: UTF8.self) }

  /// Takes the file from its first byte; a text that fills the buffer is read again into one of
  /// twice the size, because a number cut in two is a wrong number.
  func fill(from descriptor: Int32, path: @autoclosure () -> String) throws(SystemError) {
    count = 0
    while true {
      let length = unsafe storage.withUnsafeMutableBytes { bytes in
        unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
      }
      if length < 0 {
        if errno == EINTR { continue }
        throw .last("read", on: path())
      }
      if length < storage.count {
        count = length
        return
      }
      if storage.count >= Self.maximumSize {
        throw SystemError(call: "read", subject: path(), errno: EFBIG)
      }
      storage += [UInt8](repeating: 0, count: storage.count)
    }
  }
}
