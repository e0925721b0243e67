import Foundation
import TestSupport
import Testing

@testable import Formats
@testable import LeakWatchDaemon

/// A real service's profile, and what may come in its place.
@Suite(.serialized) struct ProfileReadingTests {
  private let heap: [UInt8]
  private let goroutines: [UInt8]

  init() throws {
    let service = try LeakyGo.start()
    let curl = try Program("curl", package: "curl")
    let get = { (path: String) in
      Array(try curl.run(["--silent", "--fail", service.url("/debug/pprof/" + path)]))
    }
    heap = try get("heap")
    goroutines = try get("goroutine?debug=0")
  }

  @Test func aProfileIsTakenForWhatItIs() throws {
    #expect(try ProfileReading.heap(heap).kind == .pprof)
    #expect(try ProfileReading.goroutines(goroutines).total.objects > 0)
    #expect(throws: ProfileReading.Failure.self) { try ProfileReading.heap(goroutines) }
    #expect(throws: ProfileReading.Failure.self) { try ProfileReading.goroutines(heap) }
  }

  @Test func noCutOfItIsTaken() {
    for count in stride(from: 0, to: heap.count, by: 7) {
      #expect(throws: ProfileReading.Failure.self) {
        try ProfileReading.heap(Array(heap[..<count]))
      }
    }
  }

  @Test func aFlippedByteIsFoundByTheChecksum() {
    for place in stride(from: 12, to: heap.count, by: 101) {
      var damaged = heap
      damaged[place] ^= 0x40
      #expect(throws: ProfileReading.Failure.self) { try ProfileReading.heap(damaged) }
    }
  }

  @Test(arguments: [
    ("<html><body>Welcome</body></html>", "a web page"),
    ("heap profile: 1: 2 [3: 4] @ heap/1048576\n", "debug=1"),
    (" num     #instances         #bytes  class name\n", "Total"), ("", "empty"),
  ])
  func whatIsSomethingElseIsNamed(text: String, part: String) {
    let failure = #expect(throws: ProfileReading.Failure.self) {
      try ProfileReading.heap(Array(text.utf8))
    }
    #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
  }

  @Test func aBombIsRefused() throws {
    let folder = try TemporaryFolder()
    let shell = try Program("sh", package: "dash")
    let path = folder.url.appendingPathComponent("bomb.gz").path
    try shell.run(["-c", "head -c 100000000 /dev/zero | gzip > \"$0\"", path])
    let bomb = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(bomb.count < 200_000)
    #expect(throws: ProfileReading.Failure.self) { try ProfileReading.heap(bomb) }
  }
}
