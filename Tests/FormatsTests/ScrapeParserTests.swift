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
    #expect(parser.series.types == [.counter, .unknown])
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

  @Test func readsOpenMetrics() {
    let (samples, outcome, parser) = parse(
      """
      # TYPE jobs counter
      # UNIT wait_seconds seconds
      jobs_total{q="a"} 17 1520879607.789 # {id="7"} 0.5 1.5
      jobs_created{q="a"} 1520430000.123
      # HELP mode text
      # TYPE mode stateset
      mode{mode="on"} 1 -0.0006
      # EOF

      """, format: .openMetrics100)
    #expect(outcome.errors == [])
    #expect(
      samples == [
        #"jobs_total{q="a"} 17.0@1520879607789"#, #"jobs_created{q="a"} 1520430000.123"#,
        #"mode{mode="on"} 1.0@-1"#,
      ])
    #expect(parser.series.types == [.counter, .counter, .stateSet])
  }

  @Test func tellsABodyThatWasCutOff() {
    let (samples, outcome, _) = parse("jobs 4\nusers 2\n", format: .openMetrics100)
    #expect(samples == ["jobs 4.0", "users 2.0"])
    #expect(
      outcome.errors == [
        ParseError(
          line: 3, column: 1, message: "\"# EOF\" is missing at the end: the body was cut off")
      ])
  }

  @Test func aBadLineLosesOnlyItself() {
    let (samples, outcome, _) = parse("a 1\nb one\nc{ 3\nd 4\n")
    #expect(samples == ["a 1.0", "d 4.0"])
    #expect(outcome.errors.map(\.line) == [2, 3])
    #expect(outcome.sampleCount == 2)
  }

  @Test func keepsTheFirstOfDuplicates() {
    let (samples, outcome, _) = parse("a{x=\"1\"} 1\na{x=\"1\",y=\"\"} 2\nb 1 5\nb 2 6\n")
    #expect(samples == [#"a{x="1"} 1.0"#, "b 1.0@5", "b 2.0@6"])
    #expect(
      outcome.errors.map(\.description) == [
        #"2:1: series a{x="1"} is given twice; the first sample counts"#
      ])
  }

  @Test func countsSamplesPastTheLimit() {
    var limits = ScrapeLimits()
    limits.keptSamples = 2
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything, limits: limits)
    let body = Array("a 1\nb 2\nc 3\nd 4\n".utf8)
    for _ in 0..<3 {
      let outcome = parser.parse(body.span)
      #expect(outcome.isTruncated)
      #expect(outcome.samples.count == 2)
      #expect(outcome.sampleCount == 4)
    }
  }

  @Test func listsOnlySoManyErrors() {
    var limits = ScrapeLimits()
    limits.listedErrors = 3
    let (_, outcome, _) = parse(String(repeating: "a b\n", count: 10), limits: limits)
    #expect(outcome.errors.map(\.line) == [1, 2, 3])
    #expect(outcome.errorCount == 10)
  }

  @Test func givesTypesThatChangeBetweenScrapes() {
    var parser = ScrapeParser(format: .prometheusText004, keep: .everything)
    var types: [[MetricType]] = []
    for head in ["", "# TYPE a gauge\n", "# TYPE a gauge\n", "# TYPE a counter\n", "", ""] {
      _ = parser.parse(Array("\(head)a 1\n".utf8).span)
      types.append(parser.series.types)
    }
    #expect(types == [[.unknown], [.gauge], [.gauge], [.counter], [.unknown], [.unknown]])
  }

  @Test func messagesAreSafeToPrint() {
    let (_, outcome, _) = parse("a \u{1B}[31mred\n{\"x\\n\u{9B}\"} 1\n{\"x\\n\u{9B}\"} 2\n")
    #expect(
      outcome.errors.map(\.description) == [
        #"1:3: "\u{1B}[31mred" is not a number"#,
        #"3:1: series x\n\u{009B} is given twice; the first sample counts"#,
      ])
  }
}
