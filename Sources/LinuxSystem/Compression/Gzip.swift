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

  /// The first bytes of what is packed, at most `count`; none where nothing can be unpacked.
  package static func beginning(of bytes: [UInt8], count: Int) -> [UInt8] {
    Inflater().step(bytes, from: 0, room: count).produced
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
