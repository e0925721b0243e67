import Alerting
import Foundation
import Storage
import Testing
import TimeSeries

@Suite struct ProfileStoreTests {
  @Test(arguments: ProfileKind.allCases)
  func aCaptureIsFoundAgainByItsName(kind: ProfileKind) throws {
    try withTemporaryDirectory { state in
      let store = try ProfileStore(stateDirectory: state)
      let capture = ProfileCapture(
        service: ServiceName("my,service/1"), kind: kind, takenAt: Timestamp(milliseconds: 2000),
        lifeBegan: Timestamp(milliseconds: 1000), bytes: 3, hasGoroutines: kind == .pprof)
      try store.keep(capture, heap: .bytes([1, 2]), goroutines: kind == .pprof ? [3] : nil)
      var expected = capture
      expected.bytes = kind == .pprof ? 3 : 2
      #expect(try store.captures() == [expected])
      #expect(store.path(of: capture, .heap).hasSuffix(".heap.\(kind.fileExtension)"))
      try store.remove(capture)
      #expect(try store.captures().isEmpty)
    }
  }

  @Test func whatWasNotFinishedIsRemovedAndTheRestIsLeftAlone() throws {
    try withTemporaryDirectory { state in
      let store = try ProfileStore(stateDirectory: state)
      let folder = URL(filePath: state).appending(path: ProfileStore.folderName)
      for name in ["a,1,2.heap.heapsnapshot.gz.new", "notes.txt"] {
        try Data([1]).write(to: folder.appending(path: name))
      }
      #expect(try store.captures().isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
    }
  }
}
