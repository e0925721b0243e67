import Glibc
import Testing
import TimeSeries

@testable import LinuxSystem

/// Descriptors that are closed without a word, and whose number something else has from then on.
@Suite struct EventLoopTests {
  /// Two connected sockets.
  private static func pair() throws -> (near: Int32, far: Int32) {
    var ends: [Int32] = [-1, -1]
    let made = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    try #require(made == 0)
    return (ends[0], ends[1])
  }

  private let first: (near: Int32, far: Int32)
  private let second: (near: Int32, far: Int32)
  private let loop: EventLoop

  init() throws {
    (first, second) = (try Self.pair(), try Self.pair())
    loop = try EventLoop()
  }

  private func closeAll() {
    for descriptor in [first.near, first.far, second.near, second.far] { close(descriptor) }
  }

  @Test func aNumberThatBelongsToSomethingElseIsWatchedAnew() throws {
    defer { closeAll() }
    try loop.watch(first.near, for: .readable) { _ in }
    // In one step, so that no other test gets the number: closes the first, names the second like it.
    try #require(dup2(second.near, first.near) == first.near)
    var heard = 0
    try loop.watch(first.near, for: .readable) { _ in heard += 1 }
    let written = unsafe write(second.far, "x", 1)
    try #require(written == 1)
    try loop.turn(waitingAtMost: .seconds(10))
    #expect(heard == 1)
  }

  /// An address that was never connected to: libcurl closes its socket, and says afterwards that nobody
  /// need watch it, when the request was answered by another.
  @Test func aSocketThatWasNeverReadFromDoesNotRest() throws {
    defer { closeAll() }
    let sockets = CurlSockets(loop: loop)
    try sockets.watch(first.near, for: .writable) { _ in }
    try #require(dup2(second.near, first.near) == first.near)
    sockets.leave(first.near, isAnswered: true)
    var heard = 0
    try sockets.watch(first.near, for: .writable) { _ in heard += 1 }
    try loop.turn(waitingAtMost: .seconds(10))
    #expect(heard == 1)
    sockets.unwatchAll()
  }

  @Test func aConnectionRestsUntilItIsUsedAgain() throws {
    defer { closeAll() }
    let sockets = CurlSockets(loop: loop)
    var heard = 0
    try sockets.watch(first.near, for: .readable) { _ in heard += 1 }
    sockets.leave(first.near, isAnswered: true)
    let written = unsafe write(first.far, "x", 1)
    try #require(written == 1)
    for _ in 0..<3 { try loop.turn(waitingAtMost: .seconds(0.05)) }
    #expect(heard == 0)
    try sockets.watch(first.near, for: .readable) { _ in heard += 1 }
    try loop.turn(waitingAtMost: .seconds(10))
    #expect(heard == 1)
    sockets.unwatchAll()
  }
}
