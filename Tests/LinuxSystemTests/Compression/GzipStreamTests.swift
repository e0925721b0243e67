import Foundation
import LinuxSystem
import Testing

@Suite struct GzipStreamTests {
  @Test(arguments: [0, 1, 65_535, 65_536, 200_000, 3_000_000])
  func whatIsPackedInPiecesUnpacks(count: Int) throws {
    // Little of it repeats, so that the output fills its room more than once.
    var state: UInt64 = 1
    let bytes = (0..<count).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 58)
    }
    let stream = try GzipStream()
    var packed: [UInt8] = []
    for start in stride(from: 0, to: count, by: 70_001) {
      packed += stream.append(Array(bytes[start..<min(count, start + 70_001)]))
    }
    packed += stream.finish()
    #expect(Gzip.isGzip(packed))
    #expect(try Gzip.decompress(packed, limit: count) == bytes)
    #expect(try Gzip.decompress(GzipStream.pack(bytes), limit: count) == bytes)
  }
}
