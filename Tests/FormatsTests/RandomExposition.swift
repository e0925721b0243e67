@testable import Formats

/// A small generator of its own, so that a seed means the same on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int(next() % UInt64(choices.count))]
  }
}

/// Expositions that are mostly in order, with the faults and oddities that the parser must take.
enum RandomExposition {
  private static let names = ["a", "b", "c_sum", "c_count", "ab", "u", "a_bucket"]
  private static let labels = [
    "", "{}", #"{x="1"}"#, #"{x="1",y="2"}"#, #"{y="2",x="1"}"#, #"{x="}"}"#, #"{x="\"\\",y=""}"#,
    #"{x="é"}"#, #"{x="\n\q"}"#,
  ]
  private static let values = [
    "0", "1", "-1", "+2.5", "1e3", "1.5e-7", "NaN", "+Inf", "-inf", "9007199254740993",
    "123456789012345678901234567890", "0.1000000000000000055511151231257827", "1e400", "5e-324",
    "00012", ".5", "5.", "-0",
  ]
  private static let textOddities = [
    "", "  ", "# comment", "# HELP a text", "# HELP 1", "# TYPE a gauge", "# TYPE b counter",
    "# TYPE a nonsense", "  a 1", "a  1", "a\t1", #"a {x="1"} 1"#, #"a{x="1",} 1"#, #"a{x="1"}1"#,
    "a", "a{", #"a{x="1"#, "a one", "a 1 2 3", "a 1 x", "a-b 1", "1a 1", #"a{x="1",x="2"} 1"#,
    #"{"a",x="q"} 1"#, #"{"a.b"} 1"#, #"{x="1"} 1"#, "a 1 1700000000000", "a 1 1700000000001",
    "a 1 ", "b anything", "a 1\r",
  ]
  private static let metricsOddities = [
    "", "# HELP a text", "# HELP a", "# UNIT a_s s", "# TYPE a gauge", "# TYPE b counter",
    "# TYPE a untyped", "# nothing", "# EOF", "a  1", "a 1 1.5", "a 1 2.5", "a 1 NaN",
    #"a_bucket{x="1"} 1 # {t="1"} 2 3.5"#, #"a 1 # {t="1"} 2"#, "a 1 #", "a 1 # {} x", "a{", "a 1 ",
    #"a{x="1",} 1"#, #"{"a",x="q"} 1"#,
  ]

  static func line(_ format: ExpositionFormat, _ random: inout SplitMix) -> String {
    if random.next() % 6 == 0 {
      return random.pick(format == .openMetrics100 ? metricsOddities : textOddities)
    }
    if random.next() % 40 == 0 {
      return #"a{x=""# + String(repeating: "long", count: 20 + Int(random.next() % 20)) + #""} 1"#
    }
    return "\(random.pick(names))\(random.pick(labels)) \(random.pick(values))"
  }

  static func lines(_ format: ExpositionFormat, _ random: inout SplitMix) -> [String] {
    var lines = (0..<Int(random.next() % 30)).map { _ in line(format, &random) }
    if format == .openMetrics100 { lines.append("# EOF") }
    return lines
  }

  /// A few changes, as between two scrapes: mostly other values, now and then other lines.
  static func mutate(_ lines: inout [String], _ format: ExpositionFormat, _ random: inout SplitMix)
  {
    for _ in 0..<Int(random.next() % 4) {
      let place = Int(random.next() % UInt64(lines.count + 1))
      switch random.next() % 6 {
      case 0: lines.insert(line(format, &random), at: place)
      case 1 where place < lines.count: lines.remove(at: place)
      case 2 where place < lines.count:
        lines.swapAt(place, Int(random.next() % UInt64(lines.count)))
      case 3 where place < lines.count: lines.insert(lines[place], at: place)
      default:
        guard place < lines.count, let space = lines[place].lastIndex(of: " ") else { continue }
        lines[place] = lines[place][...space] + random.pick(values)
      }
    }
  }
}
