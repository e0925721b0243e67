import Foundation
import TestSupport
import Testing

@testable import TimeSeries

@Suite struct LabelPatternTests {
  @Test(arguments: [
    ("prod|staging", "prod", true), ("prod|staging", "production", false), ("", "", true),
    ("", "x", false), (".*", "", true), (".+", "", false), ("prod", " prod", false),
    ("api-\\d+", "api-12", true), ("api-\\d+", "api-x", false), ("(?i)PROD", "prod", true),
    ("a(?i)b|c", "aB", true), ("a(?i)b|c", "C", true), ("[^a-c]x", "dx", true),
    ("[^a-c]x", "bx", false), ("a{2,3}", "aa", true), ("a{2,3}", "aaaa", false),
    ("(ab)*", "abab", true), ("ü+", "üü", true), ("10\\.0\\..*:9100", "10.0.0.7:9100", true),
    ("[[:alpha:]_]+", "a_b", true), ("a{,2}", "a{,2}", true), ("^a$", "a", true),
    ("(?P<x>a)b", "ab", true), ("a.b", "a\nb", true), ("[]a]+", "]a", true),
  ])
  func matching(pattern: String, value: String, expected: Bool) throws {
    #expect(try LabelPattern(pattern).matches(value) == expected)
  }

  @Test(arguments: [
    ("a(b", 2, "\"(\" without \")\""), ("a)b", 2, "\")\" without \"(\""),
    ("x[ab", 2, "\"[\" without \"]\""), ("*a", 1, "nothing before \"*\" to repeat"),
    ("a**", 3, "a repetition of a repetition; put the first one in ( )"),
    ("(?=a)", 1, "there is no looking ahead or behind in RE2"),
    ("a\\1", 2, "unknown escape \"\\1\""), ("ü\\", 2, "\"\\\" at the end"),
    ("a{5,2}", 2, "the repetition's bounds are swapped"),
    ("[z-a]", 2, "the range's ends are swapped"),
    ("a{2000}", 2, "at most 1000 repetitions"),
    ("((a{100}){100}){100}", 1, "the expression repeats too much"),
  ])
  func faults(pattern: String, column: Int, message: String) {
    let fault = #expect(throws: LabelPatternFault.self) { try LabelPattern(pattern) }
    #expect(fault == LabelPatternFault(column: column, message: message))
  }

  @Test func deepGroupsEnd() {
    let deep = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
    #expect(throws: LabelPatternFault.self) { try LabelPattern(deep) }
  }

  /// An engine that backtracks would need the age of the universe for this one.
  @Test func noValueStallsIt() throws {
    #expect(!(try LabelPattern("(a|a)*(a|aa)+b").matches(String(repeating: "a", count: 2000))))
  }

  /// Go's regexp, which Prometheus uses, on thousands of random expressions and values.
  @Test func goSaysTheSame() throws {
    var random = SeededGenerator(seed: 12)
    var questions: [(pattern: String, value: String)] = []
    for _ in 0..<6000 {
      let pattern = Self.pattern(depth: 3, &random)
      // Go lets a repetition reach back over flags; nobody means that. \b is left out here.
      guard !["(?i)*", "(?s)*", "(?-i)*", "\\b"].contains(where: { pattern.contains($0) }) else {
        continue
      }
      for _ in 0..<3 { questions.append((pattern, Self.value(&random))) }
    }
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("questions")
    let text = questions.map { "\($0.pattern)\t\($0.value)\n" }.joined()
    try Data(text.utf8).write(to: file)
    let program = TestService.path("label-patterns-go/main.go")
    let answers = try Program("go", package: "golang-go").run(["run", program, file.path])
    let lines = String(decoding: answers, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == questions.count)
    var counts: [String: Int] = [:]
    for (question, answer) in zip(questions, lines) {
      let ours =
        (try? LabelPattern(question.pattern)).map { "\($0.matches(question.value))" } ?? "error"
      counts[ours, default: 0] += 1
      #expect(ours == answer, "\(question.pattern) on \(question.value)")
    }
    // The three answers all occur, or nothing was compared.
    for answer in ["true", "false", "error"] { #expect(counts[answer, default: 0] > 500) }
  }

  private static func pattern(depth: Int, _ random: inout SeededGenerator) -> String {
    let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ -> String in
      let atom =
        switch Int.random(in: 0..<14, using: &random) {
        case 0: depth > 0 ? "(" + pattern(depth: depth - 1, &random) + ")" : "a"
        case 1: depth > 0 ? "(?:" + pattern(depth: depth - 1, &random) + ")" : "b"
        case 2: depth > 0 ? pattern(depth: depth - 1, &random) + "|" : "c"
        case 3:
          one(
            of: ["[ab]", "[^ab]", "[a-c1]", "[\\d_]", "[^\\w]", "[[:digit:]]", "[[:^alpha:]b]"],
            &random)
        case 4: one(of: ["\\d", "\\w", "\\S", "\\D", "\\.", "\\x61", "\\-"], &random)
        case 5: "."
        case 6: one(of: ["(?i)", "(?i:B)", "^", "$", "(?-i)", "(?s)"], &random)
        case 7: one(of: ["(", ")", "[", "*", "a{", "\\", "\\q", "b{2}{3}"], &random)
        default: String(one(of: "abcAB1-", &random))
        }
      if atom.hasPrefix("(?"), !atom.contains(":") { return atom }
      return atom + one(of: ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?"], &random)
    }
    return parts.joined()
  }

  private static func one<Choices: Collection>(
    of choices: Choices, _ random: inout SeededGenerator
  ) -> Choices.Element {
    let place = Int.random(in: 0..<choices.count, using: &random)
    return choices[choices.index(choices.startIndex, offsetBy: place)]
  }

  private static func value(_ random: inout SeededGenerator) -> String {
    String(
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        one(of: "aaabbcAB1-._", &random)
      })
  }
}
