import Foundation
import LinuxSystem
import Testing

@Suite struct UnpackedFileTests {
  private static let sample = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  @Test(arguments: [0, 1, 600_000])
  func whatWasDraftedAndKeptIsUnpacked(count: Int) throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/whole"
      let draft = try DraftFile(folder + "/draft")
      let packed = try GzipStream.pack(Array(Self.sample.prefix(count)))
      for piece in stride(from: 0, to: packed.count, by: 1000) {
        try draft.append(Array(packed[piece..<min(packed.count, piece + 1000)]))
      }
      #expect(draft.bytes == Int64(packed.count))
      try draft.keep(at: path)
      let file = try UnpackedFile(gzip: path, limit: count)
      let bytes = file.withBytes { span in (0..<span.count).map { span[$0] } }
      #expect(bytes == Array(Self.sample.prefix(count)))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["whole"])
    }
  }

  @Test func aDraftThatIsNotKeptLeavesNothing() throws {
    try withTemporaryDirectory { folder in
      do {
        let draft = try DraftFile(folder + "/draft")
        try draft.append([1])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func whatIsCutOffDamagedOrTooLargeIsRefused() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      let packed = try GzipStream.pack(Self.sample)
      var damaged = packed
      damaged[packed.count - 6] ^= 1
      for (bytes, limit) in [
        (packed.dropLast(9), 600_000), (damaged[...], 600_000), (packed[...], 599_999),
      ] {
        try Data(bytes).write(to: URL(filePath: path))
        #expect(throws: UnpackedFile.Failure.self) {
          _ = try UnpackedFile(gzip: path, limit: limit)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
      }
    }
  }
}
