private import CZlib

/// Gzip files in memory (RFC 1952), by zlib.
package enum Gzip {
  package enum Failure: Error, Hashable, CustomStringConvertible {
    /// The bytes do not begin with a gzip header, or stop being gzip after `memberCount` members.
    case notGzip(memberCount: Int)
    /// The input ends inside a member.
    case truncated
    /// A checksum, a length or the deflate data is wrong; `reason` is zlib's word for it.
    case damaged(reason: String)
    /// The output would be longer than `limit` bytes.
    case tooLarge(limit: Int)

    package var description: String {
      switch self {
      case .notGzip(memberCount: 0): "not gzip data"
      case .notGzip(let count): "bytes that are not gzip data after \(count) gzip member(s)"
      case .truncated: "gzip data is truncated: the file was not written or copied to its end"
      case .damaged(let reason): "gzip data is damaged (\(reason))"
      case .tooLarge(let limit): "gzip data unpacks to more than the \(limit) bytes allowed"
      }
    }
  }

  /// Whether `bytes` begin with gzip's magic number.
  package static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// Unpacks every member of `bytes`, one after another as gzip(1) does; zeros after the last
  /// member are padding. Never holds more than `limit` bytes of output.
  package static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    guard isGzip(bytes) else { throw .notGzip(memberCount: 0) }
    var output: [UInt8] = []
    var offset = 0
    var memberCount = 0
    while offset < bytes.count {
      if memberCount > 0 {
        if bytes[offset...].allSatisfy({ $0 == 0 }) { break }
        guard isGzip(Array(bytes[offset...].prefix(2))) else {
          throw .notGzip(memberCount: memberCount)
        }
      }
      offset = try appendMember(of: bytes, from: offset, to: &output, limit: limit)
      memberCount += 1
    }
    return output
  }

  /// Unpacks the member that begins at `start`; returns the offset of the byte after it.
  private static func appendMember(
    of bytes: [UInt8], from start: Int, to output: inout [UInt8], limit: Int
  ) throws(Failure) -> Int {
    let member = Inflater()
    var offset = start
    while true {
      // One byte more than allowed, so that an output of exactly `limit` bytes passes.
      let room = min(64 * 1024, limit - output.count + 1)
      let step = member.step(bytes, from: offset, room: room)
      offset += step.consumed
      output.append(contentsOf: step.produced)
      if output.count > limit { throw .tooLarge(limit: limit) }
      switch step.state {
      case .ended: return offset
      case .going where step.consumed == 0 && step.produced.isEmpty: throw .truncated
      case .going: continue
      case .failed(let reason): throw .damaged(reason: reason)
      }
    }
  }
}

/// zlib's state for one gzip member. It lives at one address for its whole life: zlib keeps a
/// pointer back to the stream and refuses a copy.
@safe private final class Inflater {
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
