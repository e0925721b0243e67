internal import TimeSeries

/// The order of lines: noting where it differs from the previous scrape's.
extension ScrapeParser {
  /// Adds a kept sample. `entry` is its place in the previous order; nil for another spelling or a
  /// new series.
  mutating func add(
    _ sample: ParsedSample, key: Range<Int>, entry: Int?, _ pass: inout ScrapePass,
    _ outcome: inout ScrapeOutcome
  ) throws(LineProblem) {
    if entry == pass.cursor, pass.recorded == nil {
      pass.cursor += 1
      outcome.samples.append(sample)
      return
    }
    startRecording(&pass)
    if let entry { pass.cursor = max(pass.cursor, entry + 1) }
    if let earlier = table.sample(of: sample.seriesIndex, in: scrape) {
      try checkIsAnotherMoment(sample, outcome.samples[earlier])
    } else {
      pass.recorded?.append(key, of: pass.bytes, series: sample.seriesIndex)
    }
    table.mark(sample.seriesIndex, in: scrape, sample: outcome.samples.count)
    outcome.samples.append(sample)
  }

  /// A series may come twice in a scrape only with timestamps that differ. Those of OpenMetrics may
  /// differ by less than a millisecond, so they are taken as they come.
  private func checkIsAnotherMoment(
    _ sample: ParsedSample, _ earlier: ParsedSample
  ) throws(LineProblem) {
    if let moment = sample.timestampMilliseconds, let first = earlier.timestampMilliseconds,
      moment != first || format == .openMetrics100
    {
      return
    }
    let series = table.series[Int(sample.seriesIndex)]
    let labels = series.labels.isEmpty ? "" : series.labels.description
    throw LineProblem(
      offset: 0, message: "series \(series.name)\(labels) is given twice; the first sample counts")
  }

  /// Notes a line that the filter dropped.
  mutating func recordDropped(_ name: Range<Int>, _ pass: inout ScrapePass) {
    if pass.recorded == nil {
      if pass.isRun(name, at: pass.cursor - 1) { return }
      if pass.isRun(name, at: pass.cursor) {
        pass.cursor += 1
        return
      }
      startRecording(&pass)
    }
    if pass.isRun(name, at: pass.cursor + 1) { pass.cursor += 2 }
    pass.recorded?.appendRun(name, of: pass.bytes)
  }

  /// From here on lines stand elsewhere than predicted: takes over what was right so far, and marks
  /// its series as seen. Every sample so far belongs to one kept entry before the cursor.
  mutating func startRecording(_ pass: inout ScrapePass) {
    guard pass.recorded == nil else { return }
    var recorded = LineOrder()
    recorded.append(pass.previous.order, 0..<pass.cursor)
    markSeries(of: pass.previous.order.entries[0..<pass.cursor], firstSample: 0)
    pass.recorded = recorded
  }

  /// Marks the kept series of entries that came as predicted, one sample each.
  mutating func markSeries(of entries: ArraySlice<LineOrder.Entry>, firstSample: Int) {
    var sample = firstSample
    for entry in entries where entry.series != LineOrder.Entry.droppedRun {
      table.mark(entry.series, in: scrape, sample: sample)
      sample += 1
    }
  }
}
