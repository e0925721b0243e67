private import CZlib

/// zlib's state for one gzip member. It lives at one address for its whole life: zlib keeps a
/// pointer back to the stream and refuses a copy.
@safe final class Inflater {
  enum State {
    case going, ended
    case failed(String)
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private let startResult: Int32

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, the largest; 16 more asks for a gzip header and trailer.
    startResult = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    if startResult == Z_OK { _ = unsafe inflateEnd(stream) }
    unsafe stream.deallocate()
  }

  /// Unpacks from `bytes[start...]` until `room` bytes are filled or the input is used up.
  func step(
    _ bytes: [UInt8], from start: Int, room: Int
  ) -> (state: State, consumed: Int, produced: [UInt8]) {
    guard startResult == Z_OK else { return (.failed(name(of: startResult)), 0, []) }
    // avail_in is 32 bits wide: a larger input is handed over in pieces.
    let available = min(bytes.count - start, 1 << 30)
    var produced: [UInt8] = []
    var result = Z_OK
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.advanced(by: start))
      unsafe stream.pointee.avail_in = UInt32(available)
      produced = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        unsafe stream.pointee.next_out = buffer.baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        result = unsafe inflate(stream, Z_NO_FLUSH)
        count = unsafe room - Int(stream.pointee.avail_out)
      }
    }
    let consumed = unsafe available - Int(stream.pointee.avail_in)
    return (state(after: result), consumed, produced)
  }

  private func state(after result: Int32) -> State {
    switch result {
    case Z_OK, Z_BUF_ERROR: return .going
    case Z_STREAM_END: return .ended
    default:
      guard let message = unsafe stream.pointee.msg else { return .failed(name(of: result)) }
      return .failed(unsafe String(cString: message))
    }
  }

  private func name(of result: Int32) -> String {
    result == Z_MEM_ERROR ? "out of memory" : "zlib error \(result)"
  }
}
