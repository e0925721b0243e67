import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import Formats
@testable import LeakWatchDaemon

/// Real Go code that leaks, its profiles over HTTP, and Go's own tool as the judge.
@Suite(.serialized) struct GoDiffTests {
  private let folder: TemporaryFolder
  private let service: TestService
  private let curl: Program

  init() throws {
    folder = try TemporaryFolder()
    service = try LeakyGo.start()
    curl = try Program("curl", package: "curl")
  }

  private func get(_ path: String) throws {
    try curl.run(["--silent", "--fail", service.url(path)])
  }

  private func profile(_ path: String, _ name: String) throws -> String {
    try folder.write(
      try curl.run(["--silent", "--fail", service.url("/debug/pprof/" + path)]), name)
  }

  private func heapProfiles() throws -> (old: String, new: String) {
    try get("/leak?count=500")
    let old = try profile("heap?gc=1", "old.pb.gz")
    try get("/leak?count=12000")
    try get("/busy")
    try get("/forget")
    return (old, try profile("heap?gc=1", "new.pb.gz"))
  }

  private func difference(_ old: String, _ new: String) throws -> HeapDifference {
    let read = { (path: String) in
      let bytes = try WholeFile.read(path, limit: 1 << 24)
      let plain = Gzip.isGzip(bytes) ? try Gzip.decompress(bytes, limit: 1 << 26) : bytes
      return try HeapProfile(plain.span)
    }
    return try HeapDifference(old: try read(old), new: try read(new))
  }

  @Test func namesTheLineThatLeaks() throws {
    let (old, new) = try heapProfiles()
    let result = try DiffResult(old, new, folder: folder)
    let first = try #require(result.growers.first)
    #expect(result.kind == "pprof")
    #expect(first.name == "main.newSession")
    #expect(first.file == "main.go")
    // 12,000 sessions of 4 KiB and their 32 bytes; one in 512 KiB is recorded, so ± 11 %.
    #expect(abs(Double(first.deltaBytes ?? 0) / (12_000 * 4128) - 1) < 0.4)
    #expect(try #require(first.share) > 0.6)
    #expect(first.beyondSamplingError && result.beyondSamplingError)
    let stack = try #require(result.stacks.first)
    #expect(stack.frames.first == "main.newSession main.go:\(try #require(first.line))")
    #expect(stack.frames.contains { $0.hasPrefix("main.remember main.go:") })
    #expect(try #require(result.old.at) < (try #require(result.new.at)))
    #expect(try #require(result.new.bytes) > (try #require(result.old.bytes)))
  }

  @Test(arguments: ["inuse_space", "inuse_objects"])
  func everyRowIsThatOfGoToolPprof(index: String) throws {
    let (old, new) = try heapProfiles()
    let expected = try PprofTool(["-sample_index=\(index)", "-base", old, new]).rows
    #expect(expected.count >= 5)
    let difference = try difference(old, new)
    let isSpace = index == "inuse_space"
    var rows: [String: PprofTool.Row] = [:]
    for site in difference.growers + difference.shrinkers + difference.callers {
      let row = PprofTool.Row(
        flat: isSpace ? site.flat.bytes.delta : site.flat.objects.delta,
        cumulative: isSpace ? site.cumulative.bytes.delta : site.cumulative.objects.delta)
      // pprof leaves out what is zero in both.
      if row != PprofTool.Row(flat: 0, cumulative: 0) { rows[site.name] = row }
    }
    #expect(rows == expected)
  }

  @Test func everyRowOfOneProfileIsThatOfGoToolPprof() throws {
    let (_, new) = try heapProfiles()
    let expected = try PprofTool(["-sample_index=inuse_space", new]).rows
    let bytes = try Gzip.decompress(try WholeFile.read(new, limit: 1 << 24), limit: 1 << 26)
    let profile = try HeapProfile(bytes.span)
    var empty = HeapProfile(kind: .pprof, measures: profile.measures)
    empty.takenAt = nil
    let difference = try HeapDifference(old: empty, new: profile)
    let rows = (difference.growers + difference.callers).map {
      ($0.name, PprofTool.Row(flat: $0.flat.bytes.delta, cumulative: $0.cumulative.bytes.delta))
    }
    #expect(Dictionary(uniqueKeysWithValues: rows) == expected)
  }

  /// The profile with expressions in it that name frames to drop and to keep, as tcmalloc's have.
  private func pruned(_ path: String, drop: String, keep: String) throws -> String {
    var bytes = try Gzip.decompress(try WholeFile.read(path, limit: 1 << 24), limit: 1 << 26)
    var cursor = ProtobufCursor(0..<bytes.count)
    var stringCount = 0
    while let field = try cursor.next(bytes.span) { stringCount += field.number == 6 ? 1 : 0 }
    for (number, text) in [(UInt8(7), drop), (8, keep)] where !text.isEmpty {
      bytes += [6 << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
      bytes += [number << 3, UInt8(stringCount & 0x7F) | 0x80, UInt8(stringCount >> 7)]
      stringCount += 1
    }
    return try folder.write(Data(bytes), "\((path as NSString).lastPathComponent).pruned")
  }

  @Test(arguments: [
    ("main\\.newSession", ""), ("main\\..*", "main\\.(main|remember|.*Handler.*)"),
    ("net/http\\..*|runtime\\..*", ""), (".*", ""), ("main.(remember", ""), ("newSession", ""),
  ])
  func droppedFramesAreThoseThatGoToolPprofDrops(drop: String, keep: String) throws {
    let (old, new) = try heapProfiles()
    let (before, after) = (
      try pruned(old, drop: drop, keep: keep), try pruned(new, drop: drop, keep: keep)
    )
    let expected = try PprofTool(["-sample_index=inuse_space", "-base", before, after]).rows
    let difference = try difference(before, after)
    var rows: [String: PprofTool.Row] = [:]
    for site in difference.growers + difference.shrinkers + difference.callers {
      let row = PprofTool.Row(
        flat: site.flat.bytes.delta, cumulative: site.cumulative.bytes.delta)
      if row != PprofTool.Row(flat: 0, cumulative: 0) { rows[site.name] = row }
    }
    #expect(rows == expected)
    let isDropped = drop.hasPrefix("main\\")
    #expect((rows["main.newSession"] == nil) == isDropped, "\(rows.keys.sorted())")
  }

  @Test func profilesOfTwoBuildsAreToldApart() throws {
    let builds = ["0123456789abcdef", "fedcba9876543210"]
    let files = try builds.map { build in
      let service = try LeakyGo.start(build: build)
      try curl.run(["--silent", "--fail", service.url("/leak?count=2000")])
      return try folder.write(
        try curl.run(["--silent", "--fail", service.url("/debug/pprof/heap?gc=1")]), build)
    }
    let same = try CommandOutcome(of: ["diff", files[0], files[0]], folder: folder)
    #expect(same.output.contains("\nBoth are of build \(builds[0]) of leaky-go-\(builds[0]).\n"))
    let other = try CommandOutcome(of: ["diff", files[0], files[1]], folder: folder)
    #expect(
      other.output.contains(
        "\nleaky-go-\(builds[0]), now leaky-go-\(builds[1]), is another build in NEW (\(builds[1])) than in "
          + "OLD (\(builds[0])): what was renamed or moved looks as if it grew.\n"))
    let result = try DiffResult(files[0], files[1], folder: folder)
    #expect(result.oldBuild == builds[0] && result.newBuild == builds[1])
    #expect(result.buildChanges.map(\.isProgram) == [true])
    // One process has one build, so that evidence made of two is an error.
    let taken = try zip(files, 0...).map { file, second in
      let bytes = try Gzip.decompress(try WholeFile.read(file, limit: 1 << 24), limit: 1 << 26)
      return EvidenceFinding.Taken(
        at: Timestamp(seconds: Double(second)), path: file, heap: try HeapProfile(bytes.span),
        goroutines: nil)
    }
    let mismatch = #expect(throws: ProfileMismatch.self) {
      try EvidenceFinding(taken, bytesPerDay: nil)
    }
    #expect(mismatch?.description.hasSuffix("they are not of one process") == true)
    // Where nobody notes it, nothing is claimed.
    let unknown = try DiffResult(files[1], try profile("heap", "unknown.pb.gz"), folder: folder)
    #expect(unknown.newBuild == nil && unknown.buildChanges.isEmpty)
  }

  @Test func goroutinesAreCountedAndHaveNoBytes() throws {
    let old = try profile("goroutine", "old.pb.gz")
    try get("/stuck")
    let new = try profile("goroutine", "new.pb.gz")
    let result = try DiffResult(old, new, folder: folder)
    #expect(result.old.bytes == nil && result.new.bytes == nil)
    #expect(try #require(result.new.objects) - (try #require(result.old.objects)) >= 50)
    #expect(result.growers.first?.deltaBytes == nil)
    let stack = try #require(result.stacks.first)
    #expect(stack.deltaObjects == 50)
    #expect(stack.frames.contains { $0.hasPrefix("main.wait main.go:") })
    let expected = try PprofTool(["-base", old, new]).rows
    #expect(expected["runtime.gopark"]?.flat == result.grower("runtime.gopark")?.deltaObjects)
  }

  @Test func aServiceThatOnlyWorksHasNothingBeyondTheSamplingError() throws {
    try get("/leak?count=3000")
    let old = try profile("heap?gc=1", "old.pb.gz")
    try get("/busy")
    let new = try profile("heap?gc=1", "new.pb.gz")
    let result = try DiffResult(old, new, folder: folder)
    #expect(!result.beyondSamplingError)
    let table = try CommandOutcome(of: ["diff", old, new], folder: folder)
    #expect(table.output.contains("Nothing grew"))
  }

  @Test func theReversedOrderIsRefused() throws {
    let (old, new) = try heapProfiles()
    let outcome = try CommandOutcome(of: ["diff", new, old], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: OLD was taken at "))
    #expect(outcome.errors.hasSuffix("give the earlier one first\n"))
  }

  @Test func profilesOfAnotherMeasureAreRefused() throws {
    let (old, _) = try heapProfiles()
    let new = try profile("goroutine", "goroutine.pb.gz")
    let outcome = try CommandOutcome(of: ["diff", old, new], folder: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error: OLD measures inuse_space and inuse_objects and NEW goroutine: only two of the "
        + "same measure have a difference\n")
  }

  @Test func textForPeopleIsRefusedWithTheWayOut() throws {
    let text = try profile("heap?debug=1", "text")
    let outcome = try CommandOutcome(of: ["diff", text, text], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasSuffix("fetch it without debug=1\n"))
  }
}
