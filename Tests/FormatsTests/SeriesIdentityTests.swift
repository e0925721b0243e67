import Testing
import TimeSeries

@testable import Formats

@Suite struct SeriesIdentityTests {
  private func labels(_ pairs: [(String, String)]) -> LabelSet {
    LabelSet(pairs.map { LabelSet.Label(name: $0.0, value: $0.1) })
  }

  @Test func givesBackWhatItWasMadeOf() {
    for pairs in [
      [], [("a", "b")], [("a", ""), ("b", "x=\"y\",z")],
      [("area", "heap"), ("id", "G1 Old Gen"), ("ü ", "\u{0}\n\u{10FFFF}")],
    ] {
      let identity = SeriesIdentity(name: "jvm_memory_used_bytes", labels: labels(pairs))
      #expect(identity.name == "jvm_memory_used_bytes")
      #expect(identity.labels == labels(pairs))
    }
  }

  @Test func tellsApartWhatReadsAlikeInOneRun() {
    let all: [(String, [(String, String)])] = [
      ("a", []), ("ab", []), ("a", [("b", "")]), ("a", [("b", "c")]), ("a", [("bc", "")]),
      ("ab", [("c", "")]), ("a", [("b", "c"), ("d", "e")]), ("a", [("b", "cde")]),
    ]
    let identities = all.map { SeriesIdentity(name: $0.0, labels: labels($0.1)) }
    #expect(Set(identities).count == all.count)
  }

  /// Prometheus compares bytes: an accented letter and the same one in two parts are two values.
  @Test func comparesBytes() {
    let inOne = SeriesIdentity(name: "a", labels: labels([("city", "Zu\u{0308}rich")]))
    let inTwo = SeriesIdentity(name: "a", labels: labels([("city", "Z\u{00FC}rich")]))
    #expect(inOne != inTwo)
  }

  @Test func seriesThatDifferInBytesAreTwo() {
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    let outcome = parser.parse(
      Array("a{city=\"Zu\u{0308}rich\"} 1\na{city=\"Z\u{00FC}rich\"} 2\n".utf8).span)
    #expect(outcome.errors == [])
    #expect(outcome.appeared == [0, 1])
  }
}
