import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import Formats

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
