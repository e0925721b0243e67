/// One kept sample of a scrape.
package struct ParsedSample: Hashable, Sendable {
  /// Index into the parser's `series`.
  package var seriesIndex: Int32
  /// "NaN" is the quiet `Double.nan`, never the bits of Prometheus' stale marker
  /// (0x7ff0000000000002): what ended is told by `ScrapeOutcome.disappeared`.
  package var value: Double
  /// Milliseconds since the Unix epoch; nil where the line bears no timestamp, the usual case.
  package var timestampMilliseconds: Int64?
}

/// A fault of the input and where it stands. The message is one line without control characters.
package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// 1-based.
  package var line: Int
  /// 1-based, in bytes.
  package var column: Int
  package var message: String

  package init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = Self.printable(message)
  }

  /// What a message quotes comes from the input: on a terminal it must stay one harmless line.
  static func printable(_ message: String) -> String {
    // 0xC2 begins the control characters beyond ASCII, among others.
    guard message.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else {
      return message
    }
    return message.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.properties.generalCategory == .control {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  package var description: String { "\(line):\(column): \(message)" }
}

/// How much of a scrape is looked at. All are finite, so that no target can exhaust memory.
package struct ScrapeLimits: Hashable, Sendable {
  /// A longer line is an error and is skipped.
  package var lineBytes = 65_536
  /// Once as many samples are kept, the rest is counted only. It bounds the series as well.
  package var keptSamples = 50_000
  /// Further errors are counted only.
  package var listedErrors = 100

  package init() {}
}

/// What a scrape brought. The caller keeps it between scrapes, so that its buffers are reused.
package struct ScrapeOutcome: Sendable {
  /// Kept samples, in the order of the exposition.
  package internal(set) var samples: [ParsedSample] = []
  /// Samples seen, kept or not: `scrape_samples_scraped`.
  package internal(set) var sampleCount = 0
  /// Series that the previous scrape did not have. Their indices may have belonged to series that
  /// an earlier outcome listed in `disappeared`.
  package internal(set) var appeared: [Int32] = []
  /// Series of the previous scrape that this one lacks: where Prometheus writes stale markers.
  /// Their descriptors can be read until the next scrape.
  package internal(set) var disappeared: [Int32] = []
  /// The first faults, in the order of lines; at most `ScrapeLimits.listedErrors`.
  package internal(set) var errors: [ParseError] = []
  /// All faults, listed or not.
  package internal(set) var errorCount = 0
  /// Whether samples were left out because `ScrapeLimits.keptSamples` was reached.
  package internal(set) var isTruncated = false

  package init() {}

  mutating func removeAll() {
    samples.removeAll(keepingCapacity: true)
    sampleCount = 0
    appeared.removeAll(keepingCapacity: true)
    disappeared.removeAll(keepingCapacity: true)
    errors.removeAll(keepingCapacity: true)
    errorCount = 0
    isTruncated = false
  }
}
