// Measured hot path: nearly every line of a repeated scrape is read here, four bytes and more in the
// time that the grammar needs for one. Unsafe only through BodyBytes.

extension ScrapeParser {
  /// Reads lines as long as they are those of the previous scrape, from the start of a line. Returns
  /// where the first other line begins.
  mutating func readPredictedLines(
    from start: Int, _ pass: inout ScrapePass, _ outcome: inout ScrapeOutcome
  ) -> Int {
    let (bytes, keys, entries) = (pass.bytes, pass.previous.keys, pass.previous.order.entries)
    let powers = powers
    let (firstEntry, firstSample) = (pass.cursor, outcome.samples.count)
    var position = start
    var cursor = firstEntry
    var lines = 0
    while cursor < entries.count {
      let entry = entries[cursor]
      let (offset, length) = (Int(entry.keyOffset), Int(entry.keyLength))
      guard bytes.matches(keys, offset, length, at: position) else {
        guard let next = predictedMetadataEnd(position, &pass) else { break }
        pass.lineNumber += 1
        position = next
        continue
      }
      if entry.series == LineOrder.Entry.droppedRun {
        let run = skipRun(entry, from: position, pass)
        guard run.lines > 0 else { break }
        lines += run.lines
        outcome.sampleCount += run.lines
        position = run.end
      } else {
        guard bytes.byte(at: position + length) == UInt8(ascii: " "),
          let (value, next) = bytes.lineNumber(at: position + length + 1, powers),
          next - position <= limits.lineBytes + 1, outcome.samples.count < limits.keptSamples
        else { break }
        outcome.samples.append(
          ParsedSample(seriesIndex: entry.series, value: value, timestampMilliseconds: nil))
        lines += 1
        position = next
      }
      cursor += 1
    }
    noteAsPredicted(firstEntry..<cursor, lines, firstSample, &pass, &outcome)
    return position
  }

  /// Skips lines that bear the same dropped name.
  @inline(__always)
  private func skipRun(
    _ entry: LineOrder.Entry, from start: Int, _ pass: ScrapePass
  ) -> (end: Int, lines: Int) {
    let (offset, length) = (Int(entry.keyOffset), Int(entry.keyLength))
    let bytes = pass.bytes
    var position = start
    var lines = 0
    repeat {
      let next = bytes.byte(at: position + length)
      guard next == UInt8(ascii: "{") || next == UInt8(ascii: " ") else { break }
      let end = bytes.lineEnd(from: position + length)
      guard end < bytes.count, end - position <= limits.lineBytes else { break }
      position = end + 1
      lines += 1
    } while bytes.matches(pass.previous.keys, offset, length, at: position)
    return (position, lines)
  }

  /// Behind a HELP line, or behind the `# TYPE` line that is predicted; nil at any other line.
  private func predictedMetadataEnd(_ position: Int, _ pass: inout ScrapePass) -> Int? {
    let bytes = pass.bytes
    guard bytes.byte(at: position) == UInt8(ascii: "#") else { return nil }
    if bytes.isHelp(at: position) {
      let end = bytes.lineEnd(from: position)
      return end < bytes.count && end - position <= limits.lineBytes ? end + 1 : nil
    }
    let lines = pass.previous.typeLines.entries
    guard !pass.typesDiffer, pass.typeCursor < lines.count else { return nil }
    let entry = lines[pass.typeCursor]
    let length = Int(entry.keyLength)
    guard
      bytes.matches(pass.previous.typeKeys, Int(entry.keyOffset), length, at: position),
      bytes.byte(at: position + length) == 0x0A
    else { return nil }
    pass.typeCursor += 1
    return position + length + 1
  }

  /// Notes a stretch of lines that came as predicted, `lines` of them with samples.
  private mutating func noteAsPredicted(
    _ range: Range<Int>, _ lines: Int, _ firstSample: Int, _ pass: inout ScrapePass,
    _ outcome: inout ScrapeOutcome
  ) {
    pass.cursor = range.upperBound
    pass.lineNumber += lines
    outcome.sampleCount += outcome.samples.count - firstSample
    guard pass.recorded != nil else { return }
    pass.recorded?.append(pass.previous.order, range)
    markSeries(of: pass.previous.order.entries[range], firstSample: firstSample)
  }
}
