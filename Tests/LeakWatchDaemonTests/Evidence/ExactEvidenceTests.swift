import Alerting
import Formats
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// Evidence of kinds that count every object, which have no sampling error.
struct ExactEvidenceTests {
  /// - Parameter sessions: how many instances of a class of 1 KiB there are.
  private func histogram(sessions: Int, at minute: Int64) throws -> EvidenceFinding.Taken {
    let rows = [(sessions, "com.example.Session"), (20_000, "[B")]
    var text = " num     #instances         #bytes  class name (module)\n"
    for (rank, (count, name)) in rows.enumerated() {
      text += "   \(rank + 1):  \(count)  \(count * 1024)  \(name)\n"
    }
    let total = rows.reduce(0) { $0 + $1.0 }
    text += "Total  \(total)  \(total * 1024)\n"
    return EvidenceFinding.Taken(
      at: Timestamp(milliseconds: minute * 60_000), path: "/p\(minute)",
      heap: try ProfileReading.heap(Array(text.utf8)), goroutines: nil)
  }

  private func evidence(_ sessions: Int..., bytesPerDay: Double = 1e9) throws -> HeapEvidence {
    let taken = try sessions.enumerated().map {
      try histogram(sessions: $1, at: Int64($0) * 60)
    }
    return try EvidenceFinding(taken, bytesPerDay: bytesPerDay)
      .evidence(at: Timestamp(milliseconds: 0))
  }

  @Test func aClassThatGrowsIsNamed() throws {
    let found = try evidence(1000, 21_000)
    #expect(found.kind == "jvm_histogram")
    #expect(found.bearing == .supports)
    #expect(
      found.conclusion
        == "com.example.Session holds +20 MiB more than 1 h before, 100 % of what grew")
    #expect(found.growers.map(\.isBeyondSamplingError) == [true])
    #expect(found.growers.map(\.samplingErrorBytes) == [nil])
  }

  @Test func whatBreathesIsNoFinding() throws {
    let found = try evidence(1000, 1900)
    #expect(found.bearing == .speaksAgainst)
    #expect(
      found.conclusion.hasPrefix(
        "nothing in its heap grew by 1 MiB or more in 1 h (+900 KiB in all), which speaks against"))
    #expect(found.growers.map(\.isBeyondSamplingError) == [false])
    #expect(try evidence(1000, 1900, bytesPerDay: 1e7).bearing == .undecided)
  }

  @Test func aCacheThatIsFullGrowsNoMore() throws {
    let full = try evidence(1000, 21_000, 21_100)
    #expect(full.bearing == .speaksAgainst)
    #expect(full.conclusion.hasSuffix("it grew no more, as a cache does that is full"))
    #expect(try evidence(1000, 21_000, 41_000).conclusion.contains("it grew on, +20 MiB"))
  }

  @Test func kindsAreNamedAsTheDiffNamesThem() {
    #expect(ProfileKind.allCases.map(\.rawValue) == HeapProfileKind.allCases.map(\.rawValue))
    for kind in HeapProfileKind.allCases { #expect(ProfileKind(kind).rawValue == kind.rawValue) }
  }
}
