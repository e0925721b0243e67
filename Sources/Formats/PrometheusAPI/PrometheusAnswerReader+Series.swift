internal import TimeSeries

/// The data of `query` and `query_range`: `{"resultType": …, "result": […]}`.
extension PrometheusAnswerReader {
  private enum ResultType: String {
    case matrix, vector, scalar, string
  }

  mutating func readResult(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> [PrometheusSeries] {
    var type: ResultType?
    var series: [PrometheusSeries]?
    // Where the result stands if it comes before its type.
    var early: JSONCursor?
    try cursor.readObject(text) { (name, cursor) throws(PrometheusFormatError) in
      switch name {
      case "resultType" where type == nil: type = try readType(text, &cursor)
      case "result" where series == nil && early == nil:
        guard let type else {
          early = cursor
          return try cursor.skipValue(text, depth: 2)
        }
        series = try readSeries(type, text, &cursor)
      case "resultType", "result": throw cursor.fault("\"\(name)\" stands twice in the data")
      default: try cursor.skipValue(text, depth: 2)
      }
    }
    if var early, let type { series = try readSeries(type, text, &early) }
    guard let series else { throw cursor.fault("the data has no resultType or no result") }
    return series
  }

  private func readType(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> ResultType {
    let before = cursor
    let name = try cursor.string(text)
    let wanted = shape == .range ? "matrix" : "vector"
    switch ResultType(rawValue: name) {
    case .matrix: return .matrix
    case .vector where shape == .instant: return .vector
    case .none: throw before.fault("the result type \"\(name)\" is not known")
    default:
      throw before.fault(
        "the result is a \(name) and not a \(wanted): the expression must give one value for each "
          + "series")
    }
  }

  private mutating func readSeries(
    _ type: ResultType, _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> [PrometheusSeries] {
    var all: [PrometheusSeries] = []
    if cursor.takeNull(text) { return all }
    try cursor.readArray(text) { (cursor) throws(PrometheusFormatError) in
      guard all.count < limits.series else { throw tooManySeries(cursor) }
      all.append(try readOneSeries(type, text, &cursor))
    }
    return all
  }

  private mutating func readOneSeries(
    _ type: ResultType, _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> PrometheusSeries {
    var labels: LabelSet?
    var samples: [Sample] = []
    var hasSamples = false
    let valuesName = type == .matrix ? "values" : "value"
    let histogramName = type == .matrix ? "histograms" : "histogram"
    try cursor.readObject(text) { (name, cursor) throws(PrometheusFormatError) in
      switch name {
      case "metric" where labels == nil: labels = try readLabels(text, &cursor)
      case valuesName where !hasSamples:
        hasSamples = true
        guard type == .matrix else { return samples.append(try readSample(text, &cursor)) }
        try readSamples(text, &cursor, into: &samples)
      // A native histogram is no size of memory: the series has no sample there.
      case histogramName: try cursor.skipValue(text, depth: 5)
      case "metric", valuesName: throw cursor.fault("\"\(name)\" stands twice in a series")
      default: try cursor.skipValue(text, depth: 5)
      }
    }
    guard let labels else { throw cursor.fault("a series has no \"metric\"") }
    return PrometheusSeries(labels: labels, samples: samples)
  }

  func readLabels(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> LabelSet {
    var labels: [LabelSet.Label] = []
    try cursor.readObject(text) { (name, cursor) throws(PrometheusFormatError) in
      guard labels.count < limits.labelsPerSeries else {
        throw cursor.fault(
          "a series has more than \(limits.labelsPerSeries) labels", isTooMuch: true)
      }
      let value = try cursor.string(text)
      if !value.isEmpty { labels.append(LabelSet.Label(name: name, value: value)) }
    }
    let set = LabelSet(labels)
    guard set.labels.count == labels.count else {
      throw cursor.fault("a series has a label twice")
    }
    return set
  }

  private mutating func readSamples(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor, into samples: inout [Sample]
  ) throws(PrometheusFormatError) {
    try cursor.readArray(text) { (cursor) throws(PrometheusFormatError) in
      let sample = try readSample(text, &cursor)
      if let last = samples.last, sample.timestamp <= last.timestamp {
        throw cursor.fault("the samples of a series do not rise in time")
      }
      samples.append(sample)
    }
  }

  /// `[1767315419.781, "1007583232"]`
  private mutating func readSample(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> Sample {
    sampleCount += 1
    guard sampleCount <= limits.samples else {
      throw cursor.fault("the answer holds more than \(limits.samples) samples", isTooMuch: true)
    }
    try cursor.take(UInt8(ascii: "["), text)
    let time = try cursor.number(text)
    try cursor.take(UInt8(ascii: ","), text)
    let value = try cursor.quotedNumber(text)
    try cursor.take(UInt8(ascii: "]"), text)
    return Sample(Timestamp(seconds: time), value)
  }
}

extension JSONCursor {
  /// A value as the API writes it: a number in quotes, also "NaN", "+Inf" and "-Inf".
  fileprivate mutating func quotedNumber(
    _ text: Span<UInt8>
  ) throws(PrometheusFormatError) -> Double {
    guard peek(text) == UInt8(ascii: "\"") else { throw expected("a value in quotes", text) }
    let start = offset + 1
    var end = start
    while end < text.count, text[end] != UInt8(ascii: "\"") { end += 1 }
    guard end < text.count else {
      throw PrometheusFormatError(
        offset: text.count, message: "the answer ends within the value at byte \(start - 1)")
    }
    guard let value = DecimalNumber.value(of: text.extracting(start..<end)) else {
      throw fault("\"\(text.excerpt(start..<end))\" is no value")
    }
    move(to: end + 1)
    return value
  }
}
