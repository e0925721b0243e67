// Modules: TimeSeries Formats

import Formats

/// What a WebSocket server sends, in one piece and cut by its own bytes: the same messages, or the same
/// refusal after the same messages; none is longer than the limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let limit = 300
  let whole = read([bytes], limit)
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while let first = rest.first {
    let count = 1 + Int(first % 7)
    pieces.append(Array(rest.prefix(count)))
    rest = rest.dropFirst(count)
  }
  let cut = read(pieces, limit)
  precondition(whole.fault == cut.fault)
  // In one piece a fault hides the messages before it.
  precondition(whole.fault != nil || whole.messages == cut.messages)
  for message in cut.messages {
    switch message {
    case .text(let payload), .binary(let payload): precondition(payload.count <= limit)
    case .ping(let payload): precondition(payload.count <= 125)
    case .pong, .close: break
    }
    if case .text(let payload) = message { _ = try? InspectorMessage(payload.span) }
  }
  var handshake = WebSocketHandshake(host: "h", path: "/", key: "k", accepted: "a")
  _ = try? handshake.take(bytes)
  _ = try? InspectorList.path(bytes.span)
  _ = try? InspectorMessage(bytes.span)
  return 0
}

private func read(
  _ pieces: [[UInt8]], _ limit: Int
) -> (messages: [WebSocketReader.Message], fault: WebSocketFault?) {
  var reader = WebSocketReader(limit: limit)
  var messages: [WebSocketReader.Message] = []
  for piece in pieces {
    do throws(WebSocketFault) {
      messages += try reader.take(piece)
    } catch {
      precondition(!error.description.unicodeScalars.contains("\n"))
      return (messages, error)
    }
  }
  return (messages, nil)
}
