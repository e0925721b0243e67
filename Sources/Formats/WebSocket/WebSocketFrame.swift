/// A frame as a client sends it (RFC 6455, section 5.2): whole and masked.
package struct WebSocketFrame: Sendable {
  package enum Opcode: UInt8, Sendable {
    case text = 1
    case close = 8
    case pong = 10
  }

  package var bytes: [UInt8]

  /// - Parameters:
  ///   - payload: at most 65535 bytes; a control frame's at most 125.
  ///   - mask: four bytes that nobody can foresee.
  package init(_ opcode: Opcode, _ payload: [UInt8], mask: [UInt8]) {
    precondition(payload.count <= 0xFFFF && mask.count == 4)
    bytes = [0x80 | opcode.rawValue]
    if payload.count < 126 {
      bytes.append(0x80 | UInt8(payload.count))
    } else {
      bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    }
    bytes += mask
    for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index % 4]) }
  }
}
