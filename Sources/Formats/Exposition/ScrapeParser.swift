/// Reads the expositions of one target, scrape after scrape.
///
/// One faulty line never loses a scrape: it becomes an error with its place, and the other lines
/// count. Lines whose metric name the filter drops are not looked at beyond the name.
///
/// The lines of a scrape are predicted to be those of the previous one with other values; where
/// that holds, a comparison of bytes takes the place of parsing. The outcome is the same as without
/// prediction.
package struct ScrapeParser: Sendable {
  package let format: ExpositionFormat
  package let keep: FamilyFilter
  package let limits: ScrapeLimits

  var table = SeriesTable()
  var types = FamilyTypes()
  private var order = LineOrder()
  var scrape: UInt32 = 0
  let powers = PowersOfTen()

  package init(
    format: ExpositionFormat, keep: FamilyFilter, limits: ScrapeLimits = ScrapeLimits()
  ) {
    self.format = format
    self.keep = keep
    self.limits = limits
  }

  /// Kept series by index. An index holds for one series from the outcome that lists it in
  /// `appeared` to the one that lists it in `disappeared`, and is then free for another.
  package var series: KeptSeries { table.series }

  /// Reads a whole, uncompressed body. Only successful scrapes may be passed: a series that is
  /// missing from `body` ends.
  package mutating func parse(_ body: Span<UInt8>) -> ScrapeOutcome {
    var outcome = ScrapeOutcome()
    parse(body, into: &outcome)
    return outcome
  }

  /// As `parse(_:)`, with the buffers of an earlier outcome, whose contents are replaced.
  package mutating func parse(_ body: Span<UInt8>, into outcome: inout ScrapeOutcome) {
    outcome.removeAll()
    scrape += 1
    let (order, typeLines) = (order, types.lines)
    BodyBytes.withBytes(of: order.keys.span) { keys in
      BodyBytes.withBytes(of: typeLines.keys.span) { typeKeys in
        BodyBytes.withBytes(of: body) { bytes in
          let previous = PreviousScrape(
            order: order, keys: keys, typeLines: typeLines, typeKeys: typeKeys)
          var pass = ScrapePass(bytes: bytes, previous: previous)
          readLines(body, &pass, &outcome)
          finish(&pass, &outcome)
        }
      }
    }
  }

  private mutating func readLines(
    _ body: Span<UInt8>, _ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome
  ) {
    var position = 0
    while position < body.count {
      if pass.isPredictable, !pass.isEnded {
        position = readPredictedLines(from: position, &pass, &outcome)
        guard position < body.count else { return }
      }
      pass.lineNumber += 1
      pass.line = position..<pass.bytes.lineEnd(from: position)
      do throws(LineProblem) {
        try takeLine(body.extracting(pass.line), &pass, &outcome)
      } catch {
        report(error, line: pass.lineNumber, in: &outcome)
      }
      position = pass.line.upperBound + 1
    }
  }

  private mutating func finish(_ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome) {
    if format == .openMetrics100, !pass.isEnded {
      report(
        LineProblem(offset: 0, message: "\"# EOF\" is missing at the end: the body was cut off"),
        line: pass.lineNumber + 1, in: &outcome)
    }
    if pass.cursor < pass.previous.order.entries.count { startRecording(&pass) }
    if let recorded = pass.recorded {
      order = recorded
      order.trim()
      outcome.disappeared = table.endSeries(missingFrom: scrape)
    }
    if pass.typeCursor < pass.previous.typeLines.entries.count { relearnTypes(&pass) }
    if pass.typesDiffer {
      table.updateTypes { [types, format] in types.type(ofSample: $0, in: format) }
    }
  }

  private func report(_ problem: LineProblem, line: Int, in outcome: inout ScrapeOutcome) {
    outcome.errorCount += 1
    guard outcome.errors.count < limits.listedErrors else { return }
    outcome.errors.append(
      ParseError(line: line, column: problem.offset + 1, message: problem.message))
  }
}
