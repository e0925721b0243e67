/// Decides by a sample's name whether its series is kept; everything else is dropped while parsing.
///
/// Names match exactly or by their ending, because exporters put prefixes of their own before
/// well-known names.
package struct FamilyFilter: Sendable {
  /// Whole names, grouped by length.
  private var namesByLength: [Int: [[UInt8]]] = [:]
  private var endings: [[UInt8]] = []
  private let keepsEverything: Bool

  /// Keeps every series, for `scrape` and for tests.
  package static let everything = FamilyFilter(keepsEverything: true)

  private init(keepsEverything: Bool) {
    self.keepsEverything = keepsEverything
  }

  /// Patterns are whole names ("go_goroutines") or, after an asterisk, endings ("*_requests_total").
  package init(patterns: some Sequence<String>) {
    keepsEverything = false
    for pattern in patterns {
      if pattern.first == "*" {
        endings.append(Array(pattern.utf8.dropFirst()))
      } else {
        let name = Array(pattern.utf8)
        namesByLength[name.count, default: []].append(name)
      }
    }
  }

  /// Whether samples of this name are kept.
  package func keeps(_ name: String) -> Bool {
    keeps(Array(name.utf8).span)
  }

  func keeps(_ name: Span<UInt8>) -> Bool {
    if keepsEverything { return true }
    if let candidates = namesByLength[name.count] {
      for candidate in candidates where Self.ends(name, with: candidate) { return true }
    }
    for ending in endings where Self.ends(name, with: ending) { return true }
    return false
  }

  /// Whether a family of this name can have a sample that is kept.
  func keepsSample(ofFamily family: String) -> Bool {
    keepsEverything || Self.sampleSuffixes.contains { keeps(family + $0) }
  }

  private static let sampleSuffixes = [
    "", "_total", "_created", "_count", "_sum", "_bucket", "_info", "_gcount", "_gsum",
  ]

  private static func ends(_ name: Span<UInt8>, with ending: [UInt8]) -> Bool {
    guard name.count >= ending.count else { return false }
    let start = name.count - ending.count
    for index in ending.indices.reversed() where name[start + index] != ending[index] {
      return false
    }
    return true
  }
}
