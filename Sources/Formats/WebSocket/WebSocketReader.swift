/// Takes the bytes that a WebSocket server sends after the handshake (RFC 6455, section 5) and gives
/// its messages. A value: it reads no socket.
package struct WebSocketReader: Sendable {
  package enum Message: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    /// To be answered by a pong with the same bytes.
    case ping([UInt8])
    case pong
    /// The server's last word; nil where it gives no code.
    case close(code: Int?)
  }

  private struct Head {
    var isFinal: Bool
    var opcode: UInt8
    var bytes: Int
    var headBytes: Int
  }

  private static let mostControlBytes = 125

  private let limit: Int
  private var pending: [UInt8] = []
  private var offset = 0
  /// Of the message whose last fragment has not come.
  private var fragments: [UInt8] = []
  private var fragmentOpcode: UInt8?
  private var isClosed = false

  /// - Parameter limit: bytes of the longest message.
  package init(limit: Int) {
    self.limit = limit
  }

  /// - Returns: what is complete now, in order; nothing comes after a close.
  /// - Throws: once; the connection is of no use then.
  package mutating func take(_ bytes: [UInt8]) throws(WebSocketFault) -> [Message] {
    pending += bytes
    var messages: [Message] = []
    while !isClosed, let head = try head() {
      let start = offset + head.headBytes
      guard pending.count - start >= head.bytes else { break }
      let payload = Array(pending[start..<start + head.bytes])
      offset = start + head.bytes
      if let message = try message(head, payload) { messages.append(message) }
    }
    if offset > 0 {
      pending.removeFirst(offset)
      offset = 0
    }
    return messages
  }

  /// nil where more bytes are needed.
  private func head() throws(WebSocketFault) -> Head? {
    let rest = pending[offset...]
    guard rest.count >= 2 else { return nil }
    let (first, second) = (rest[offset], rest[offset + 1])
    guard first & 0x70 == 0 else {
      throw WebSocketFault("a frame uses an extension that was not agreed on")
    }
    guard second & 0x80 == 0 else { throw WebSocketFault("a frame of the server is masked") }
    let (lengthBytes, short) = extent(second & 0x7F)
    guard rest.count >= 2 + lengthBytes else { return nil }
    var length = UInt64(short)
    if lengthBytes > 0 {
      length = rest[(offset + 2)..<(offset + 2 + lengthBytes)].reduce(0) { $0 << 8 | UInt64($1) }
      guard length > (lengthBytes == 2 ? 125 : 0xFFFF) else {
        throw WebSocketFault("a frame writes its length longer than it needs")
      }
    }
    let opcode = first & 0x0F
    let isControl = opcode >= 8
    guard length <= UInt64(isControl ? Self.mostControlBytes : limit - fragments.count) else {
      throw WebSocketFault(
        isControl
          ? "a control frame is longer than \(Self.mostControlBytes) bytes"
          : "a message is longer than the \(limit) bytes allowed")
    }
    let isFinal = first & 0x80 != 0
    guard isFinal || !isControl else { throw WebSocketFault("a control frame is fragmented") }
    return Head(
      isFinal: isFinal, opcode: opcode, bytes: Int(length), headBytes: 2 + lengthBytes)
  }

  /// - Returns: bytes of the length that follow, and the length where none do.
  private func extent(_ length: UInt8) -> (bytes: Int, length: UInt8) {
    switch length {
    case 126: (2, 0)
    case 127: (8, 0)
    default: (0, length)
    }
  }

  private mutating func message(
    _ head: Head, _ payload: [UInt8]
  ) throws(WebSocketFault) -> Message? {
    switch head.opcode {
    case 0, 1, 2: return try data(head, payload)
    case 8:
      isClosed = true
      return .close(code: payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil)
    case 9: return .ping(payload)
    case 10: return .pong
    default: throw WebSocketFault("a frame has the opcode \(head.opcode), which is not known")
    }
  }

  private mutating func data(_ head: Head, _ payload: [UInt8]) throws(WebSocketFault) -> Message? {
    guard (head.opcode == 0) == (fragmentOpcode != nil) else {
      throw WebSocketFault(
        head.opcode == 0
          ? "a fragment continues no message" : "a message begins before the last one has ended")
    }
    let opcode = fragmentOpcode ?? head.opcode
    fragments += payload
    fragmentOpcode = opcode
    guard head.isFinal else { return nil }
    let whole = fragments
    fragments = []
    fragmentOpcode = nil
    return opcode == 1 ? .text(whole) : .binary(whole)
  }
}
