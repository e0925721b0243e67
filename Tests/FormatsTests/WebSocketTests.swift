import Formats
import Testing

@Suite struct WebSocketTests {
  private typealias Message = WebSocketReader.Message

  private func messages(
    _ bytes: [UInt8], pieces: Int = .max, limit: Int = 1000
  ) throws(WebSocketFault) -> [Message] {
    var reader = WebSocketReader(limit: limit)
    var messages: [Message] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      messages += try reader.take(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
    }
    return messages
  }

  /// A fragmented text with a ping in between, binary with a length of two bytes, a close; RFC 6455,
  /// 5.7.
  private static let stream: [UInt8] =
    [
      0x01, 0x03, 0x48, 0x65, 0x6C, 0x89, 0x01, 0x21, 0x80, 0x02, 0x6C, 0x6F, 0x82, 0x7E, 0x01,
      0x00,
    ]
    + [UInt8](repeating: 7, count: 256) + [0x8A, 0x00, 0x88, 0x02, 0x03, 0xE8, 0x81, 0x01, 0x41]

  @Test(arguments: [1, 2, 3, 5, 7, 64, 1000])
  func anyCutOfTheStreamGivesItsMessages(pieces: Int) throws {
    #expect(
      try messages(Self.stream, pieces: pieces) == [
        .ping([0x21]), .text(Array("Hello".utf8)), .binary([UInt8](repeating: 7, count: 256)),
        .pong, .close(code: 1000),
      ])
  }

  @Test func aMessageMayBeAsLongAsItsLimit() throws {
    let bytes = [UInt8](repeating: 0x61, count: 70_000)
    let frame: [UInt8] = [0x81, 0x7F, 0, 0, 0, 0, 0, 1, 0x11, 0x70] + bytes
    #expect(try messages(frame, limit: 70_000) == [.text(bytes)])
    #expect(throws: WebSocketFault.self) { try messages(frame, limit: 69_999) }
  }

  @Test(arguments: [
    ([0xC1, 0x00], "extension"), ([0x81, 0x80, 0, 0, 0, 0], "masked"),
    ([0x89, 0x7E, 0, 126], "control frame is longer"), ([0x09, 0x00], "control frame is frag"),
    ([0x83, 0x00], "opcode 3"), ([0x80, 0x00], "continues no message"),
    ([0x01, 0x00, 0x81, 0x00], "before the last one"),
    ([0x81, 0x7E, 0, 125], "longer than it needs"),
    ([0x81, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], "longer than it needs"),
    ([0x81, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0], "longer than the 1000 bytes"),
    (
      [0x01, 0x7E, 0x03, 0xE8] + [UInt8](repeating: 0, count: 1000) + [0x80, 0x01, 0], "1000 bytes"
    ),
  ])
  func whatTheProtocolForbidsIsRefused(bytes: [UInt8], part: String) {
    let fault = #expect(throws: WebSocketFault.self) { try messages(bytes) }
    #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "")")
  }

  @Test func aClientsFrameIsMasked() {
    #expect(
      WebSocketFrame(.text, Array("Hello".utf8), mask: [0x37, 0xFA, 0x21, 0x3D]).bytes
        == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    let long = WebSocketFrame(.text, [UInt8](repeating: 0, count: 300), mask: [1, 2, 3, 4]).bytes
    #expect(long.prefix(8) == [0x81, 0xFE, 0x01, 0x2C, 1, 2, 3, 4])
  }

  // MARK: The handshake, with the key and answer of RFC 6455, 1.3

  private func handshake() -> WebSocketHandshake {
    WebSocketHandshake(
      host: "127.0.0.1:9229", path: "/id", key: "dGhlIHNhbXBsZSBub25jZQ==",
      accepted: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  private static let answer = [
    "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "", "",
  ].joined(separator: "\r\n")

  @Test func whatFollowsTheHandshakeIsGivenBack() throws {
    var handshake = handshake()
    let bytes = Array(Self.answer.utf8) + [0x81, 0x00]
    for byte in bytes.dropLast(3) { #expect(try handshake.take([byte]) == nil) }
    #expect(try handshake.take(Array(bytes.suffix(3))) == [0x81, 0x00])
    let request = String(decoding: handshake.request, as: UTF8.self)
    #expect(request.hasPrefix("GET /id HTTP/1.1\r\nHost: 127.0.0.1:9229\r\n"))
    #expect(request.hasSuffix("\r\n\r\n"))
  }

  @Test(arguments: [
    ("101 Switching Protocols", "400 Bad Request", "answered \"HTTP/1.1 400 Bad"),
    ("xOo=", "xOp=", "not that of a WebSocket server"),
    ("Upgrade: websocket\r\n", "", "not that of a WebSocket server"),
    ("Connection: Upgrade", "Sec-WebSocket-Extensions: x\r\nConnection: upgrade", "not offered"),
  ])
  func anotherAnswerIsRefused(part: String, instead: String, reason: String) {
    var handshake = handshake()
    let fault = #expect(throws: WebSocketFault.self) {
      try handshake.take(Array(Self.answer.replacing(part, with: instead).utf8))
    }
    #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
  }

  @Test func anAnswerWithoutAnEndIsRefused() {
    var handshake = handshake()
    #expect(throws: WebSocketFault.self) {
      try handshake.take([UInt8](repeating: 0x61, count: 20_000))
    }
  }
}
