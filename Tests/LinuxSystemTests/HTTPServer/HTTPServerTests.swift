import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

/// Our side of HTTP, asked by curl and by those who do not keep to the rules.
@Suite struct HTTPServerTests {
  /// Runs a server on this thread while `client` runs on another. Answers say what was asked.
  private static func serving(
    limits: HTTPServer.Limits = HTTPServer.Limits(), body: [UInt8]? = nil,
    client: @escaping @Sendable (Int) -> Void
  ) throws {
    let loop = try EventLoop()
    let port = Int(freeLoopbackPort())
    let server = try HTTPServer(
      listener: try ListeningSocket.tcp(host: "127.0.0.1", port: port), loop: loop, limits: limits
    ) { request in
      HTTPServerReply(
        status: 200, headers: [HTTPHeader("Content-Type", "text/plain")],
        body: body
          ?? Array("\(request.method) \(request.path) \(request.host ?? "no host")".utf8))
    }
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      client(port)
      isDone.signal()
    }
    let deadline = Date(timeIntervalSinceNow: 60)
    while isDone.wait(timeout: .now()) == .timedOut, Date() < deadline {
      try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10))
    }
    #expect(Date() < deadline)
    #expect(server.connectionCount <= limits.connections)
  }

  /// What comes back for bytes as they are; ends when the server closes.
  private static func exchange(_ text: String, port: Int, pause: Double = 0) -> String {
    let connection = RawConnection(port: port)
    for piece in text.split(separator: "|", omittingEmptySubsequences: false) {
      connection.send(String(piece))
      Thread.sleep(forTimeInterval: pause)
    }
    return connection.readToEnd()
  }

  @Test func aRequestIsAnsweredAndThePathIsAsItWasSent() throws {
    try Self.serving { port in
      let url = "http://127.0.0.1:\(port)/a%2Fb%20c?query=1"
      let text = (try? Curl.get(url)).map { String(decoding: $0, as: UTF8.self) }
      #expect(text == "GET /a%2Fb%20c 127.0.0.1:\(port)")
    }
  }

  @Test func headersComeWithoutABodyForHEAD() throws {
    try Self.serving { port in
      let reply = Self.exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
      #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(reply.contains("Content-Length: 8\r\n"))
      #expect(reply.contains("Connection: close\r\n"))
      #expect(reply.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func aBodyIsNotReadAndItsSenderIsAnswered() throws {
    try Self.serving { port in
      let reply = Self.exchange(
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc", port: port)
      #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.hasSuffix("POST /x x"))
    }
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", ""), ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "),
    ("GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 "),
    (
      "GET / HTTP/1.1\r\nHost: x\r\nCookie: \(String(repeating: "x", count: 40_000))\r\n\r\n",
      "HTTP/1.1 431 "
    ),
  ])
  func whatIsNoRequestIsRefusedAndOthersAreAnswered(text: String, start: String) throws {
    try Self.serving { port in
      #expect(Self.exchange(text, port: port).hasPrefix(start))
      #expect((try? Curl.get("http://127.0.0.1:\(port)/")) != nil)
    }
  }

  @Test func anAnswerOfMegabytesArrivesWholeAlsoBesideAClientThatReadsNothing() throws {
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Self.serving(body: large) { port in
      let lazy = RawConnection(port: port)
      lazy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let body = try? Curl.get("http://127.0.0.1:\(port)/")
      #expect(body.map { Array($0) } == large)
      withExtendedLifetime(lazy) {}
    }
  }

  @Test func aClientThatTricklesIsCutOffAndTheNextOneIsServed() throws {
    var limits = HTTPServer.Limits()
    limits.connections = 1
    limits.totalTime = TimeSpan(milliseconds: 300)
    try Self.serving(limits: limits) { port in
      // Never idle, never done, and it holds the only place.
      let reply = Self.exchange(
        "GET / HTTP/1.1\r\n|X: a\r\n|Y: b\r\n|Z: c\r\n|W: d\r\n", port: port, pause: 0.1)
      #expect(!reply.contains("200 OK"))
      #expect((try? Curl.get("http://127.0.0.1:\(port)/")) != nil)
    }
  }

  @Test func asManyAsWaitAreServedInTheEnd() throws {
    var limits = HTTPServer.Limits()
    limits.connections = 4
    try Self.serving(limits: limits) { port in
      let all = (0..<40).map { _ in RawConnection(port: port) }
      for connection in all { connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
      #expect(all.allSatisfy { $0.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n") })
    }
  }

  @Test func anAddressInUseIsSaid() throws {
    try Self.serving { port in
      let error = #expect(throws: SystemError.self) {
        _ = try ListeningSocket.tcp(host: "localhost", port: port)
      }
      #expect(error?.description == "bind 127.0.0.1:\(port): Address already in use")
    }
  }

  @Test func aFileOfSomebodysIsNoSocketToRemove() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/notes"
      try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: SystemError.self) { _ = try ListeningSocket.local(path: path) }
      #expect(error?.description.contains("File exists") == true)
      #expect(FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func aUnixSocketAnswersToo() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/s"
      let loop = try EventLoop()
      let server = try HTTPServer(
        listener: try ListeningSocket.local(path: path), loop: loop
      ) { request in
        HTTPServerReply(status: 404, headers: [], body: Array((request.host ?? "").utf8))
      }
      let client = RawConnection(path: path)
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      for _ in 0..<20 { try loop.turn(waitingAtMost: TimeSpan(milliseconds: 10)) }
      let reply = client.readToEnd()
      #expect(reply.hasPrefix("HTTP/1.1 404 Not Found\r\n") && reply.hasSuffix("localhost"))
      withExtendedLifetime(server) {}
    }
  }
}
