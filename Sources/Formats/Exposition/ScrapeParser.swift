internal import TimeSeries

/// Reads the expositions of one target, scrape after scrape.
///
/// One faulty line never loses a scrape: it becomes an error with its place, and the other lines
/// count. Lines whose metric name the filter drops are not looked at beyond the name.
package struct ScrapeParser: Sendable {
  package let format: ExpositionFormat
  package let keep: FamilyFilter
  package let limits: ScrapeLimits

  private var table = SeriesTable()
  private var types = FamilyTypes()
  private var scrape: UInt32 = 0

  package init(
    format: ExpositionFormat, keep: FamilyFilter, limits: ScrapeLimits = ScrapeLimits()
  ) {
    self.format = format
    self.keep = keep
    self.limits = limits
  }

  /// Kept series by index. An index holds for one series from the outcome that lists it in
  /// `appeared` to the one that lists it in `disappeared`, and is then free for another.
  package var series: [SeriesDescriptor] { table.descriptors }

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
    types.removeAll()
    var start = 0
    var lineNumber = 0
    var isEnded = false
    while start < body.count {
      lineNumber += 1
      var end = start
      while end < body.count, body[end] != UInt8(ascii: "\n") { end += 1 }
      do throws(LineProblem) {
        try parseLine(body.extracting(start..<end), &isEnded, &outcome)
      } catch {
        report(error, line: lineNumber, in: &outcome)
      }
      start = end + 1
    }
    if format == .openMetrics100, !isEnded {
      report(
        LineProblem(offset: 0, message: "\"# EOF\" is missing at the end: the body was cut off"),
        line: lineNumber + 1, in: &outcome)
    }
    outcome.disappeared = table.endSeries(missingFrom: scrape)
    table.updateTypes { [types, format] in types.type(ofSample: $0, in: format) }
  }

  private mutating func parseLine(
    _ line: Span<UInt8>, _ isEnded: inout Bool, _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    guard line.count <= limits.lineBytes else {
      throw LineProblem(
        offset: limits.lineBytes, message: "the line is longer than \(limits.lineBytes) bytes")
    }
    var offset = 0
    if format == .prometheusText004 {
      while offset < line.count, line[offset].isBlank { offset += 1 }
      if offset == line.count { return }
    } else if isEnded {
      throw LineProblem(offset: 0, message: "\"# EOF\" must be the last line")
    } else if line.count == 0 {
      throw LineProblem(offset: 0, message: "blank lines are not allowed")
    }
    if line[offset] == UInt8(ascii: "#") {
      try readMetadata(line, &offset, &isEnded)
    } else {
      try readSample(line, &offset, &outcome)
    }
  }

  private mutating func readMetadata(
    _ line: Span<UInt8>, _ offset: inout Int, _ isEnded: inout Bool
  ) throws(LineProblem) {
    switch try MetadataGrammar(format: format).read(line, &offset) {
    case .type(let family, let type):
      if keep.keepsSample(ofFamily: family) { types.set(type, ofFamily: family) }
    case .endOfExposition: isEnded = true
    case .other: break
    }
  }

  private mutating func readSample(
    _ line: Span<UInt8>, _ offset: inout Int, _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    let start = offset
    var nameEnd = offset
    while nameEnd < line.count, line[nameEnd].continuesMetricName { nameEnd += 1 }
    if nameEnd > start, line[start].startsMetricName,
      !keep.keeps(line.extracting(start..<nameEnd))
    {
      outcome.sampleCount += 1
      return
    }
    let grammar = SampleGrammar(format: format)
    let (name, labels) = try grammar.series(line, &offset)
    let (value, timestamp) = try grammar.measurement(line, &offset)
    outcome.sampleCount += 1
    if nameEnd == start, !keep.keeps(name) { return }
    guard outcome.samples.count < limits.keptSamples else {
      outcome.isTruncated = true
      return
    }
    let (index, isNew) = table.index(
      name: name, labels: labels, type: types.type(ofSample: name, in: format))
    if let earlier = table.sample(of: index, in: scrape) {
      let first = outcome.samples[earlier].timestampMilliseconds
      guard let timestamp, let first, first != timestamp else {
        throw LineProblem(
          offset: start, message: "duplicate of series \(name)\(labels); the first one counts")
      }
    }
    if isNew { outcome.appeared.append(index) }
    table.mark(index, in: scrape, sample: outcome.samples.count)
    outcome.samples.append(
      ParsedSample(seriesIndex: index, value: value, timestampMilliseconds: timestamp))
  }

  private func report(_ problem: LineProblem, line: Int, in outcome: inout ScrapeOutcome) {
    outcome.errorCount += 1
    guard outcome.errors.count < limits.listedErrors else { return }
    outcome.errors.append(
      ParseError(line: line, column: problem.offset + 1, message: problem.message))
  }
}
