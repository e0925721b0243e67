import Testing
import TimeSeries

@testable import Formats

/// "name{labels} value[@timestamp]" for every sample, in order.
func rendered(_ outcome: ScrapeOutcome, _ parser: ScrapeParser) -> [String] {
  outcome.samples.map { sample in
    let series = parser.series[Int(sample.seriesIndex)]
    let labels = series.labels.isEmpty ? "" : series.labels.description
    let timestamp = sample.timestampMilliseconds.map { "@\($0)" } ?? ""
    return "\(series.name)\(labels) \(sample.value)\(timestamp)"
  }
}

@Suite struct ScrapeParserTests {
  private func parse(
    _ text: String, format: ExpositionFormat = .prometheusText004,
    keep: FamilyFilter = .everything, limits: ScrapeLimits = ScrapeLimits()
  ) -> (samples: [String], outcome: ScrapeOutcome, parser: ScrapeParser) {
    var parser = ScrapeParser(format: format, keep: keep, limits: limits)
    let outcome = parser.parse(Array(text.utf8).span)
    return (rendered(outcome, parser), outcome, parser)
  }

  @Test func readsEveryFormOfASample() {
    let (samples, outcome, _) = parse(
      """
      # HELP jvm_memory_used_bytes The amount of used memory
      # TYPE jvm_memory_used_bytes gauge
      jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 1.5e+08
      jvm_memory_used_bytes{id="G1 Eden Space",area="heap",} 2048
      # a comment

      up 1 1700000000123
      \tspaced { a = "b" , }\t -3 \t
      brace{a="1"}5
      escaped{path="C:\\\\x\\n\\"q\\"\\z"} +Inf
      {"my.metric","http.route"="/a"} NaN
      last .5
      """)
    #expect(outcome.errors == [])
    #expect(
      samples == [
        #"jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 150000000.0"#,
        #"jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 2048.0"#,
        "up 1.0@1700000000123", #"spaced{a="b"} -3.0"#, #"brace{a="1"} 5.0"#,
        #"escaped{path="C:\\x\n\"q\"\\z"} inf"#, #"my.metric{http.route="/a"} nan"#, "last 0.5",
      ])
    #expect(outcome.sampleCount == 8)
  }

  @Test func keepsOnlyWhatTheFilterNames() {
    let (samples, outcome, parser) = parse(
      """
      # TYPE app_requests counter
      # TYPE other gauge
      app_requests_total{code="200"} 7
      other{x="y"} this is not looked at
      go_goroutines 12
      """, keep: FamilyFilter(patterns: ["go_goroutines", "*_requests_total"]))
    #expect(samples == [#"app_requests_total{code="200"} 7.0"#, "go_goroutines 12.0"])
    #expect(outcome.sampleCount == 3)
    #expect(outcome.errors == [])
    #expect(parser.series.map(\.type) == [.counter, .unknown])
  }

  @Test func listsSeriesThatAppearAndDisappear() {
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    let first = parser.parse(Array("a 1\nb 2\nc 3\n".utf8).span)
    #expect(first.appeared == [0, 1, 2])
    let second = parser.parse(Array("a 1\nc 3\nd 4\n".utf8).span)
    #expect(second.appeared == [3])
    #expect(second.disappeared == [1])
    #expect(parser.series[1].name == "b")
    let third = parser.parse(Array("c 3\na 1\nd 4\ne 5\n".utf8).span)
    #expect(third.appeared == [1])
    #expect(third.disappeared == [])
    #expect(rendered(third, parser) == ["c 3.0", "a 1.0", "d 4.0", "e 5.0"])
  }
}
