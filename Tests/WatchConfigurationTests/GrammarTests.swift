import Testing
import TimeSeries

@testable import WatchConfiguration

/// Each grammar by table: what a text means, or the exact words that refuse it.
struct GrammarTests {
  @Test(arguments: [
    ("0s", 0), ("15s", 15_000), ("1h30m", 5_400_000), ("7d", 604_800_000), ("250ms", 250),
    ("2w", 1_209_600_000), ("1w1d1h1m1s1ms", 694_861_001), ("007s", 7000), ("60m", 3_600_000),
    ("9223372036854775807ms", Int64.max),
  ])
  func duration(text: String, milliseconds: Int64) throws {
    #expect(try DurationGrammar.parse(text) == TimeSpan(milliseconds: milliseconds))
  }

  private static let noDuration = "expected a duration such as \"60s\", "

  @Test(arguments: [
    ("", noDuration + "found an empty string"),
    ("60", noDuration + "\"60\" lacks a unit"),
    ("s", noDuration + "found the string \"s\""),
    ("-5s", noDuration + "found the string \"-5s\""),
    (" 5s", noDuration + "found the string \" 5s\""),
    ("1.5h", noDuration + "\".\" in \"1.5h\" is not one of the units ms, s, m, h, d, w"),
    ("5min", noDuration + "\"min\" in \"5min\" is not one of the units ms, s, m, h, d, w"),
    ("5 s", noDuration + "\" s\" in \"5 s\" is not one of the units ms, s, m, h, d, w"),
    ("5S", noDuration + "\"S\" in \"5S\" is not one of the units ms, s, m, h, d, w"),
    ("٥s", noDuration + "found the string \"٥s\""),
    ("30m1h", noDuration + "the units of \"30m1h\" must go from great to small, each once"),
    ("1h1h", noDuration + "the units of \"1h1h\" must go from great to small, each once"),
    ("1h30", noDuration + "\"1h30\" lacks a unit"),
    ("9223372036854775808ms", "\"9223372036854775808ms\" is too long"),
    ("99999999999w", "\"99999999999w\" is too long"),
    ("15250284452w999999999d", "\"15250284452w999999999d\" is too long"),
  ])
  func notADuration(text: String, message: String) {
    #expect(throws: ValueProblem(message)) { try DurationGrammar.parse(text) }
  }

  @Test(arguments: ["0s", "250ms", "1s", "60s", "5m", "1h30m", "24h", "7d", "1d2h3m4s5ms"])
  func durationWritesAsRead(text: String) throws {
    #expect(DurationGrammar.write(try DurationGrammar.parse(text)) == text)
  }

  @Test(arguments: [
    ("0B", 0), ("16MiB", 16 << 20), ("1GB", 1_000_000_000), ("512 KiB", 512 << 10),
    ("1.5GiB", 3 << 29), ("1kB", 1000), ("1KB", 1000), ("2TiB", 2 << 40),
    ("3TB", 3_000_000_000_000),
    ("0.5B", 0), ("9223372036854775807B", Int.max),
  ])
  func byteSize(text: String, bytes: Int) throws {
    #expect(try ByteSizeGrammar.parse(text) == bytes)
  }

  private static let noSize = "expected a size such as \"16MiB\", "
  private static let units = "is not one of the units B, KiB, MiB, GiB, TiB, kB, MB, GB, TB"

  @Test(arguments: [
    ("", noSize + "found the string \"\""),
    ("MiB", noSize + "found the string \"MiB\""),
    ("-1MiB", noSize + "found the string \"-1MiB\""),
    ("1024", noSize + "\"1024\" lacks a unit (B, KiB, MiB, GiB, kB, MB, GB)"),
    ("16M", noSize + "\"M\" in \"16M\" " + units),
    ("16mib", noSize + "\"mib\" in \"16mib\" " + units),
    ("16MiB ", noSize + "\"MiB \" in \"16MiB \" " + units),
    ("1,5MiB", noSize + "\",5MiB\" in \"1,5MiB\" " + units),
    ("1..5MiB", noSize + "\"1..5\" in \"1..5MiB\" is not a number"),
    (".5MiB", noSize + "\".5\" in \".5MiB\" is not a number"),
    ("5.MiB", noSize + "\"5.\" in \"5.MiB\" is not a number"),
    ("9223372036854775808B", "\"9223372036854775808B\" is too large"),
    ("9999999999GiB", "\"9999999999GiB\" is too large"),
  ])
  func notAByteSize(text: String, message: String) {
    #expect(throws: ValueProblem(message)) { try ByteSizeGrammar.parse(text) }
  }

  @Test(arguments: ["0B", "1B", "1KiB", "16MiB", "256MiB", "1GiB", "1000B", "3TiB"])
  func byteSizeWritesAsRead(text: String) throws {
    #expect(ByteSizeGrammar.write(try ByteSizeGrammar.parse(text)) == text)
  }

  @Test(arguments: [
    ("0B/day", 0.0), ("86400B/day", 1.0), ("500MB/day", 500_000_000 / 86_400.0),
    ("1MiB/h", 1_048_576 / 3600.0),
    ("60B/min", 1.0), ("60B/m", 1.0), ("7B/s", 7.0), ("1 kB/d", 1000 / 86_400.0),
  ])
  func byteRate(text: String, bytesPerSecond: Double) throws {
    #expect(try ByteRateGrammar.parse(text).bytesPerSecond == bytesPerSecond)
  }

  @Test(arguments: [
    ("", "expected a rate such as \"500MB/day\", found the string \"\""),
    ("5MB", "expected a rate such as \"500MB/day\", found the string \"5MB\""),
    (
      "5MB/week",
      "expected a rate such as \"500MB/day\", \"week\" in \"5MB/week\" is not one of s, min, h, day"
    ),
    (
      "5/day",
      "in the rate \"5/day\": " + noSize + "\"5\" lacks a unit (B, KiB, MiB, GiB, kB, MB, GB)"
    ),
    (
      "1MB/h/h",
      "expected a rate such as \"500MB/day\", \"h/h\" in \"1MB/h/h\" is not one of s, min, h, day"
    ),
  ])
  func notAByteRate(text: String, message: String) {
    #expect(throws: ValueProblem(message)) { try ByteRateGrammar.parse(text) }
  }

  @Test func selector() throws {
    let plain = try MetricSelectorGrammar.parse(" job:heap_bytes ")
    #expect(plain == MetricSelector(metric: "job:heap_bytes", matchers: []))
    let text = #"x { area = "he\"a\\p\n" , id!="", }"#
    let selector = try MetricSelectorGrammar.parse(text)
    #expect(
      selector.matchers == [
        .init(label: "area", comparison: .equal, value: "he\"a\\p\n"),
        .init(label: "id", comparison: .notEqual, value: ""),
      ])
    #expect(try MetricSelectorGrammar.parse("x{}").matchers.isEmpty)
    #expect(try MetricSelectorGrammar.parse(selector.description) == selector)
  }

  @Test(arguments: [
    ("", "it does not begin with a metric's name"),
    ("9x", "it does not begin with a metric's name"),
    ("é", "it does not begin with a metric's name"), ("x{", "a label's name is missing"),
    ("x{=\"a\"}", "a label's name is missing"),
    ("x{a:b=\"c\"}", "= or != is missing after the label \"a\""),
    ("x{a}", "= or != is missing after the label \"a\""),
    ("x{a=b}", "the value of \"a\" must stand in quotes"),
    ("x{a=\"b}", "the value of \"a\" lacks its closing quote"),
    ("x{a=\"\\q\"}", "the value of \"a\" has an unknown escape"),
    ("x{a=\"b\" c=\"d\"}", "a \",\" or \"}\" is missing after the label \"a\""),
    ("x{a=\"b\"}y", "\"y\" does not belong to it"),
    ("x{a!~\"b\"}", "regular expressions (=~, !~) are not supported; name the value with = or !="),
  ])
  func notASelector(text: String, reason: String) {
    #expect(throws: ValueProblem("\(quoted(text)) does not select a metric: \(reason)")) {
      try MetricSelectorGrammar.parse(text)
    }
  }
}
