/// The client's side of the opening handshake (RFC 6455, section 4).
package struct WebSocketHandshake: Sendable {
  /// What the server appends to the key before it hashes it.
  package static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
  private static let mostHeadBytes = 16 * 1024
  private static let headEnd: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

  package let request: [UInt8]
  private let accepted: String
  private var answer: [UInt8] = []

  /// - Parameters:
  ///   - host: with the port, an IPv6 address in brackets.
  ///   - path: from the leading slash on.
  ///   - key: base64 of 16 random bytes.
  ///   - accepted: base64 of the SHA-1 of key and `suffix`.
  package init(host: String, path: String, key: String, accepted: String) {
    let lines = [
      "GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13", "User-Agent: LeakWatch", "", "",
    ]
    request = Array(lines.joined(separator: "\r\n").utf8)
    self.accepted = accepted
  }

  /// - Returns: what the server sent beyond the handshake; nil while that has no end.
  package mutating func take(_ bytes: [UInt8]) throws(WebSocketFault) -> [UInt8]? {
    let known = max(0, answer.count - Self.headEnd.count)
    answer += bytes
    guard let end = answer[known...].firstRange(of: Self.headEnd) else {
      guard answer.count <= Self.mostHeadBytes else {
        throw WebSocketFault("the answer to the handshake has no end")
      }
      return nil
    }
    try check(String(decoding: answer[..<end.lowerBound], as: UTF8.self))
    return Array(answer[end.upperBound...])
  }

  private func check(_ head: String) throws(WebSocketFault) {
    let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    let status = lines.first?.split(separator: " ").dropFirst().first
    guard lines.first?.hasPrefix("HTTP/1.1 ") == true, status == "101" else {
      throw WebSocketFault("the handshake was answered \"\((lines.first ?? "").prefix(80))\"")
    }
    guard value("upgrade", lines)?.lowercased() == "websocket",
      value("connection", lines)?.lowercased().contains("upgrade") == true,
      value("sec-websocket-accept", lines) == accepted
    else { throw WebSocketFault("the answer to the handshake is not that of a WebSocket server") }
    guard value("sec-websocket-extensions", lines) == nil,
      value("sec-websocket-protocol", lines) == nil
    else { throw WebSocketFault("the server chose an extension that was not offered") }
  }

  private func value(_ name: String, _ lines: [Substring]) -> String? {
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].lowercased() == name else { continue }
      let text = parts[1].drop { $0 == " " || $0 == "\t" }
      return String(text.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
    return nil
  }
}
