private import FoundationEssentials
internal import Formats
internal import LinuxSystem

/// One WebSocket connection to Node's inspector, for one heap snapshot.
///
/// It is short on purpose. A session that stayed open between two snapshots would keep V8's object ids
/// stable, but also make the collector slower and keep the process from ending ("Waiting for the
/// debugger to disconnect").
final class InspectorSession {
  /// V8 sends chunks of 100 KB; escaped they may take six times as much.
  private static let longestMessage = 4 << 20
  private static let requestID: Int64 = 1

  private let onChunk: ([UInt8]) throws(ProfileRefusal) -> Void
  private let completion: (Result<Void, ProfileRefusal>) -> Void
  private var connection: StreamConnection?
  private var handshake: WebSocketHandshake
  private var reader: WebSocketReader?
  private var isDone = false

  /// - Parameters:
  ///   - path: of the WebSocket, as `/json/list` names it.
  ///   - onChunk: given the snapshot's bytes in order; what it throws ends the session.
  ///   - completion: called once, from the loop; not after `stop`.
  init(
    host: String, port: UInt16, path: String, loop: EventLoop,
    onChunk: @escaping ([UInt8]) throws(ProfileRefusal) -> Void,
    completion: @escaping (Result<Void, ProfileRefusal>) -> Void
  ) throws(SystemError) {
    self.onChunk = onChunk
    self.completion = completion
    let key = Data(Self.random(16)).base64EncodedString()
    let accepted = SHA1.digest(of: Array((key + WebSocketHandshake.suffix).utf8))
    handshake = WebSocketHandshake(
      host: (host.contains(":") ? "[\(host)]" : host) + ":\(port)", path: path, key: key,
      accepted: Data(accepted).base64EncodedString())
    connection = try StreamConnection(host: host, port: port, loop: loop) { [weak self] event in
      self?.handle(event)
    }
  }

  func stop() {
    isDone = true
    connection?.close()
  }

  private func handle(_ event: StreamConnection.Event) {
    guard !isDone else { return }
    switch event {
    case .opened: connection?.send(handshake.request)
    case .bytes(let bytes):
      do {
        try take(bytes)
      } catch let refusal as ProfileRefusal {
        finish(.failure(refusal))
      } catch {
        fail("what Node's inspector sends cannot be read: \(error)")
      }
    case .closed(let error):
      fail(
        error.map { "the connection to Node's inspector failed: \($0)" }
          ?? "Node's inspector closed the connection before the snapshot was whole")
    }
  }

  private func take(_ bytes: [UInt8]) throws {
    if reader == nil {
      guard let rest = try handshake.take(bytes) else { return }
      reader = WebSocketReader(limit: Self.longestMessage)
      send(
        .text,
        #"{"id":\#(Self.requestID),"method":"HeapProfiler.takeHeapSnapshot","#
          + #""params":{"reportProgress":false}}"#)
      return try deliver(rest)
    }
    try deliver(bytes)
  }

  private func deliver(_ bytes: [UInt8]) throws {
    for message in try reader?.take(bytes) ?? [] where !isDone {
      switch message {
      case .text(let text): try take(try InspectorMessage(text.span))
      case .ping(let payload): send(.pong, payload)
      case .binary, .pong: break
      case .close(let code):
        fail("Node's inspector ended the session\(code.map { " (code \($0))" } ?? "")")
      }
    }
  }

  private func take(_ message: InspectorMessage) throws(ProfileRefusal) {
    switch message {
    case .chunk(let bytes): try onChunk(bytes)
    case .answer(Self.requestID, let fault?): fail("Node's inspector refused a snapshot: \(fault)")
    case .answer(Self.requestID, nil):
      send(.close, [0x03, 0xE8])  // 1000, done
      finish(.success(()))
    case .answer, .other: break
    }
  }

  private func fail(_ reason: String) {
    finish(.failure(ProfileRefusal(reason: reason, isFinal: false)))
  }

  private func finish(_ result: Result<Void, ProfileRefusal>) {
    guard !isDone else { return }
    stop()
    completion(result)
  }

  private func send(_ opcode: WebSocketFrame.Opcode, _ text: String) {
    send(opcode, Array(text.utf8))
  }

  private func send(_ opcode: WebSocketFrame.Opcode, _ payload: [UInt8]) {
    connection?.send(WebSocketFrame(opcode, payload, mask: Self.random(4)).bytes)
  }

  private static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}
