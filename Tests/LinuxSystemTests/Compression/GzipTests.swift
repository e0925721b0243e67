import Foundation
import LinuxSystem
import Testing

@Suite struct GzipTests {
  /// What gzip(1), essential on Debian, makes of `bytes`.
  static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
    try withTemporaryDirectory { directory in
      let file = URL(filePath: directory).appending(path: "input")
      try Data(bytes).write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: "/bin/gzip")
      process.arguments = ["-n", file.path]
      try process.run()
      process.waitUntilExit()
      return Array(try Data(contentsOf: file.appendingPathExtension("gz")))
    }
  }

  static let sample = Array(String(repeating: "t_seconds,mem_current\n", count: 10_000).utf8)

  @Test(arguments: [0, 1, 1000, 65_535, 65_536, 65_537, 200_000])
  func unpacksWhatGzipPacked(count: Int) throws {
    let bytes = Array(Self.sample.prefix(count))
    #expect(try Gzip.decompress(Self.compress(bytes), limit: 1 << 20) == bytes)
  }

  @Test func membersFollowOneAnotherAndZerosArePadding() throws {
    let two = try Self.compress(Array("one ".utf8)) + Self.compress(Array("two".utf8))
    #expect(try Gzip.decompress(two, limit: 100) == Array("one two".utf8))
    #expect(try Gzip.decompress(two + [0, 0, 0], limit: 100) == Array("one two".utf8))
  }

  @Test func theLimitIsExact() throws {
    let packed = try Self.compress(Self.sample)
    #expect(try Gzip.decompress(packed, limit: Self.sample.count) == Self.sample)
    #expect(throws: Gzip.Failure.tooLarge(limit: Self.sample.count - 1)) {
      try Gzip.decompress(packed, limit: Self.sample.count - 1)
    }
    #expect(throws: Gzip.Failure.tooLarge(limit: 0)) {
      try Gzip.decompress(packed, limit: 0)
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    let packed = try Self.compress(Array("some text, some text, some more text".utf8))
    for count in 0..<packed.count {
      let expected: Gzip.Failure = count < 2 ? .notGzip(memberCount: 0) : .truncated
      #expect(throws: expected) {
        try Gzip.decompress(Array(packed.prefix(count)), limit: 1000)
      }
    }
  }

  /// A few bits after the end of the deflate data mean nothing; any other is an error.
  @Test func noFlippedBitChangesTheData() throws {
    let text = Array("some text, some text, some more text".utf8)
    let packed = try Self.compress(text)
    // The ten bytes of header hold fields that nobody checks (time, system).
    for index in 10..<packed.count {
      for bit in 0..<8 {
        var flipped = packed
        flipped[index] ^= 1 << bit
        let unpacked = try? Gzip.decompress(flipped, limit: 100_000)
        #expect(unpacked == nil || unpacked == text)
      }
    }
  }

  @Test func whatFollowsMustBeGzipToo() throws {
    let packed = try Self.compress(Array("x".utf8))
    #expect(throws: Gzip.Failure.notGzip(memberCount: 1)) {
      try Gzip.decompress(packed + Array("rubbish".utf8), limit: 100)
    }
  }

  @Test(arguments: [
    (Gzip.Failure.notGzip(memberCount: 0), "not gzip data"),
    (.notGzip(memberCount: 2), "bytes that are not gzip data after 2 gzip member(s)"),
    (.truncated, "gzip data is truncated: the file was not written or copied to its end"),
    (.damaged(reason: "incorrect data check"), "gzip data is damaged (incorrect data check)"),
    (.tooLarge(limit: 7), "gzip data unpacks to more than the 7 bytes allowed"),
  ])
  func failuresSayWhatIsWrong(failure: Gzip.Failure, text: String) {
    #expect(failure.description == text)
  }
}
