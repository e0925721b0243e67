/// Lines that were not predicted.
extension ScrapeParser {
  /// Reads the line `pass.line`, whose bytes are `line`.
  mutating func takeLine(
    _ line: Span<UInt8>, _ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    guard line.count <= limits.lineBytes else {
      throw LineProblem(
        offset: limits.lineBytes, message: "the line is longer than \(limits.lineBytes) bytes")
    }
    var offset = 0
    if format == .prometheusText004 {
      while offset < line.count, line[offset].isBlank { offset += 1 }
      if offset == line.count { return }
    } else if pass.isEnded {
      throw LineProblem(offset: 0, message: "\"# EOF\" must be the last line")
    } else if line.count == 0 {
      throw LineProblem(offset: 0, message: "blank lines are not allowed")
    }
    if line[offset] == UInt8(ascii: "#") {
      try readMetadata(line, offset, &pass)
    } else {
      try readSample(line, offset, &pass, &outcome)
    }
  }

  private mutating func readMetadata(
    _ line: Span<UInt8>, _ start: Int, _ pass: inout ScrapePass
  ) throws(LineProblem) {
    var offset = start
    switch try MetadataGrammar(format: format).read(line, &offset) {
    case .endOfExposition: pass.isEnded = true
    case .other: break
    case .type(let family, let type):
      if !pass.typesDiffer {
        let previous = pass.previous
        if previous.typeLines.holds(
          pass.line, of: pass.bytes, keys: previous.typeKeys, at: pass.typeCursor)
        {
          pass.typeCursor += 1
          return
        }
        relearnTypes(&pass)
      }
      types.append(pass.line, of: pass.bytes)
      if keep.keepsSample(ofFamily: family) { types.set(type, ofFamily: family) }
    }
  }

  /// The `# TYPE` lines are not those of the previous scrape: goes on from the ones that were.
  mutating func relearnTypes(_ pass: inout ScrapePass) {
    guard !pass.typesDiffer else { return }
    pass.typesDiffer = true
    let earlier = types.lines
    types.removeAll()
    types.append(earlier, 0..<pass.typeCursor)
    for entry in earlier.entries[0..<pass.typeCursor] {
      let line = earlier.keys.span.extracting(entry.keyRange)
      var offset = 0
      if case .type(let family, let type)? = try? MetadataGrammar(format: format)
        .read(line, &offset), keep.keepsSample(ofFamily: family)
      {
        types.set(type, ofFamily: family)
      }
    }
  }

  private mutating func readSample(
    _ line: Span<UInt8>, _ start: Int, _ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    let first = pass.line.lowerBound + start
    let name = first..<pass.bytes.nameEnd(from: first)
    if !name.isEmpty {
      guard keepsName(name, line, start, &pass) else {
        outcome.sampleCount += 1
        recordDropped(name, &pass)
        return
      }
      guard outcome.samples.count < limits.keptSamples else {
        outcome.sampleCount += 1
        outcome.isTruncated = true
        return
      }
      if try readKnownSpelling(line, name, &pass, &outcome) { return }
    }
    try readNewSpelling(line, start, &pass, &outcome)
  }

  /// The filter's answer; lines of one family follow one another, so it is asked once for them.
  private func keepsName(
    _ name: Range<Int>, _ line: Span<UInt8>, _ start: Int, _ pass: inout ScrapePass
  ) -> Bool {
    let last = pass.lastName
    if name.count == last.count,
      pass.bytes.matches(pass.bytes, last.lowerBound, last.count, at: name.lowerBound)
    {
      return pass.lastNameIsKept
    }
    pass.lastName = name
    pass.lastNameIsKept = keep.keeps(line.extracting(start..<start + name.count))
    return pass.lastNameIsKept
  }

  /// A line whose name and labels the previous scrape spelt with the same bytes. False if it did not.
  private mutating func readKnownSpelling(
    _ line: Span<UInt8>, _ name: Range<Int>, _ pass: inout ScrapePass,
    _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) -> Bool {
    guard let key = keyRange(name, pass), let entry = pass.entry(for: key) else { return false }
    let (value, timestamp) = try measurement(behind: key, line, pass)
    outcome.sampleCount += 1
    let sample = ParsedSample(
      seriesIndex: pass.previous.order.entries[entry].series, value: value,
      timestampMilliseconds: timestamp)
    try add(sample, key: key, entry: entry, &pass, &outcome)
    return true
  }

  /// Value and timestamp; the usual number at the end of the line is read without the grammar.
  private func measurement(
    behind key: Range<Int>, _ line: Span<UInt8>, _ pass: ScrapePass
  ) throws(LineProblem) -> (value: Double, timestampMilliseconds: Int64?) {
    if pass.bytes.byte(at: key.upperBound) == UInt8(ascii: " "),
      let (value, _) = pass.bytes.lineNumber(at: key.upperBound + 1, powers)
    {
      return (value, nil)
    }
    var offset = key.upperBound - pass.line.lowerBound
    let measurement = try SampleGrammar(format: format).measurement(line, &offset)
    return (measurement.value, measurement.timestampMilliseconds)
  }

  private mutating func readNewSpelling(
    _ line: Span<UInt8>, _ start: Int, _ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    let grammar = SampleGrammar(format: format)
    var offset = start
    let (name, labels) = try grammar.series(line, &offset)
    let key = pass.line.lowerBound..<pass.line.lowerBound + offset
    let (value, timestamp) = try measurement(behind: key, line, pass)
    outcome.sampleCount += 1
    // A name in quotes has not been through the filter and the limit yet.
    guard keep.keeps(name) else { return }
    guard outcome.samples.count < limits.keptSamples else {
      outcome.isTruncated = true
      return
    }
    let (index, isNew) = table.index(
      name: name, labels: labels, type: types.type(ofSample: name, in: format))
    if isNew { outcome.appeared.append(index) } else { pass.isPredictable = false }
    let sample = ParsedSample(
      seriesIndex: index, value: value, timestampMilliseconds: timestamp)
    try add(sample, key: key, entry: nil, &pass, &outcome)
  }

  /// Where name and labels stand, nothing checked within the braces; nil if these are not closed.
  private func keyRange(_ name: Range<Int>, _ pass: ScrapePass) -> Range<Int>? {
    guard name.lowerBound == pass.line.lowerBound else { return nil }
    var end = name.upperBound
    while format == .prometheusText004, pass.bytes.byte(at: end).isBlank { end += 1 }
    guard pass.bytes.byte(at: end) == UInt8(ascii: "{") else { return name }
    guard let close = pass.bytes.bracesEnd(from: end, lineEnd: pass.line.upperBound) else {
      return nil
    }
    return name.lowerBound..<close
  }
}
