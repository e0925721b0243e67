import Testing
import TimeSeries

@testable import Formats

@Suite struct HeapDifferenceTests {
  private func profile(builds: [(path: String, id: String)]) throws -> HeapProfile {
    var writer = PprofWriter()
    writer.sampleType("space", "bytes")
    for (index, build) in builds.enumerated() {
      writer.mapping(
        UInt64(index + 1), start: 0, offset: 0, file: build.path, build: build.id)
    }
    return try HeapProfile(writer.bytes().span)
  }

  @Test func anotherBuildIsToldWhereBothSayWhichTheyAre() throws {
    let old = try profile(builds: [("/app-1", "aa"), ("/lib/b", "bb"), ("/lib/c", ""), ("/d", "d")])
    let new = try profile(builds: [
      ("/app-2", "ab"), ("/lib/b", "bc"), ("/lib/c", "cc"), ("/d", "d"),
    ])
    let changes = try HeapDifference(old: old, new: new).buildChanges
    #expect(changes.map(\.new.path) == ["/app-2", "/lib/b"])
    #expect(changes.map(\.old.id) == ["aa", "bb"])
    #expect(changes.map(\.isProgram) == [true, false])
    let silent = try profile(builds: [("/app-2", ""), ("/lib/b", "bb")])
    #expect(try HeapDifference(old: old, new: silent).buildChanges.isEmpty)
    #expect(silent.program == nil)
  }

  private func profile(
    kind: HeapProfileKind = .pprof, period: Double? = nil, allocated: Bool = false,
    _ stacks: [(frames: [String], StackCounts)]
  ) -> HeapProfile {
    var measures = ProfileMeasures(bytes: "inuse_space", objects: "inuse_objects")
    measures.samplingPeriodBytes = period
    measures.allocatedBytes = allocated ? "alloc_space" : nil
    var builder = HeapProfileBuilder(kind, measures: measures)
    for (frames, counts) in stacks {
      let indices = frames.map { text in
        let parts = text.split(separator: ":")
        return builder.index(
          of: ProfileFrame(
            site: .init(name: String(parts[0])), path: "/src/\(parts[0]).go", line: Int(parts[1])))
      }
      builder.add(stack: builder.stack(indices), counts)
    }
    return builder.build()
  }

  @Test func flatAndCumulativeBySiteWithTheLineThatGrewMost() throws {
    let old = profile([
      (["put:10", "run:1", "main:1"], StackCounts(bytes: 100, objects: 10)),
      (["note:3", "main:1"], StackCounts(bytes: 50, objects: 1)),
    ])
    let new = profile([
      (["put:10", "run:1", "main:1"], StackCounts(bytes: 150, objects: 12)),
      (["put:12", "run:1", "main:1"], StackCounts(bytes: 250, objects: 25)),
      (["run:4", "run:1", "main:1"], StackCounts(bytes: 100, objects: 1)),
    ])
    let difference = try HeapDifference(old: old, new: new)
    #expect(difference.growers.map(\.name) == ["put", "run"])
    #expect(difference.shrinkers.map(\.name) == ["note"])
    #expect(difference.callers.map(\.name) == ["main"])
    let put = difference.growers[0]
    #expect(put.flat.bytes == GrownAmount(old: 100, new: 400))
    #expect(put.flat.objects.delta == 27)
    #expect(put.place.location == "put.go:12")
    // A function that calls itself counts once.
    #expect(difference.growers[1].cumulative.bytes.delta == 400)
    #expect(difference.callers[0].cumulative.bytes.delta == 350)
    #expect(difference.grownTotal == 400)
    #expect(difference.share(of: put.flat) == 0.75)
    #expect(difference.total.bytes == GrownAmount(old: 150, new: 500))
    #expect(
      difference.stacks.first?.frames.map(\.text) == [
        "put put.go:12", "run run.go:1", "main main.go:1",
      ])
    #expect(difference.stacks.map(\.counts.bytes.delta) == [250, 100, 50])
    #expect(difference.hasSignificantGrowth)
  }

  @Test func growthWithinTheSamplingErrorIsNotSignificant() throws {
    // Blocks of 16 bytes: variance is bytes × period. 4 MiB came: σ = sqrt(4 Mi × 512 Ki) ≈ 1.4 MiB.
    let none = profile(period: 524_288, allocated: true, [])
    let grown = profile(
      period: 524_288, allocated: true,
      [(["f:1"], StackCounts(bytes: 4 << 20, objects: 1 << 18, allocatedBytes: 4 << 20))])
    let difference = try HeapDifference(old: none, new: grown)
    let error = try #require(difference.growers[0].samplingError)
    #expect(abs(error / (Double(4 << 20) * 524_288).squareRoot() - 1) < 0.001)
    #expect(!difference.hasSignificantGrowth)
  }

  @Test func whatLivedAllTheTimeAddsNoError() throws {
    // 1 GiB stays as it is, and 32 MiB come: known from what was allocated since.
    let counts = { (bytes: Int64) in
      StackCounts(bytes: bytes, objects: bytes / 16, allocatedBytes: bytes)
    }
    let old = [(["f:1"], counts(1 << 30))]
    let new = [(["f:1"], counts(1 << 30 + 32 << 20))]
    let known = try HeapDifference(
      old: profile(period: 524_288, allocated: true, old),
      new: profile(period: 524_288, allocated: true, new))
    #expect(known.hasSignificantGrowth)
    // Without that, all of it may have been replaced.
    let unknown = try HeapDifference(
      old: profile(period: 524_288, old), new: profile(period: 524_288, new))
    #expect(!unknown.hasSignificantGrowth)
  }

  @Test func blocksThatAreAlwaysSampledHaveNoError() throws {
    let difference = try HeapDifference(
      old: profile(period: 524_288, []),
      new: profile(period: 524_288, [(["f:1"], StackCounts(bytes: 100 << 20, objects: 1))]))
    #expect(difference.hasSignificantGrowth)
    #expect(try #require(difference.growers[0].samplingError) < 1)
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    let pprof = profile([])
    var later = profile([])
    later.takenAt = Timestamp(milliseconds: 2000)
    var earlier = profile([])
    earlier.takenAt = Timestamp(milliseconds: 1000)
    #expect(throws: ProfileMismatch.kinds(old: .pprof, new: .tracemalloc)) {
      try HeapDifference(old: pprof, new: profile(kind: .tracemalloc, []))
    }
    #expect(throws: ProfileMismatch.self) { try HeapDifference(old: later, new: earlier) }
    #expect(try HeapDifference(old: earlier, new: later).growers == [])
    #expect(try HeapDifference(old: later, new: later).share(of: GrownCounts()) == nil)
  }
}
