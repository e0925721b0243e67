import Foundation
import TestSupport

/// The rows that `go tool pprof -top` prints, in bytes or counts.
struct PprofTool {
  struct Row: Equatable {
    var flat: Int64
    var cumulative: Int64
  }

  /// By function.
  let rows: [String: Row]

  init(_ arguments: [String]) throws {
    let environment = try Program("env", package: "coreutils")
    let output = try environment.run(
      [
        "GO111MODULE=off", "go", "tool", "pprof", "-top", "-symbolize=none", "-nodefraction=0",
        "-edgefraction=0", "-nodecount=1000000", "-unit=B",
      ] + arguments)
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    let table = lines.drop { !$0.contains("flat%") }.dropFirst()
    var rows: [String: Row] = [:]
    for line in table {
      // flat flat% sum% cum cum%  name (inline)
      let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard words.count == 6 else { continue }
      var name = words[5].trimmingCharacters(in: .whitespaces)
      for mark in [" (inline)", " (partial-inline)"] where name.hasSuffix(mark) {
        name.removeLast(mark.count)
      }
      rows[name] = Row(flat: Self.number(words[0]), cumulative: Self.number(words[3]))
    }
    self.rows = rows
  }

  private static func number(_ word: Substring) -> Int64 {
    Int64(word.hasSuffix("B") ? word.dropLast() : word) ?? .min
  }
}
