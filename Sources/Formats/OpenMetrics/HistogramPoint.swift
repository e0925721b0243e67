internal import TimeSeries

/// The samples of one metric point of a histogram or gauge histogram, in their order.
struct HistogramPoint {
  private var lastBound: Double?
  private var lastCount = 0.0
  private var hasNegativeBound = false
  private var count: (value: Double, line: Int)?
  private var sum: (value: Double, line: Int)?

  /// Takes a sample that keeps the rules of its line.
  mutating func add(_ line: OpenMetricsLine, suffix: String) throws(LineProblem) {
    let value = line.measurement.value
    switch suffix {
    case "_bucket": try addBucket(line, value)
    case "_count", "_gcount": count = (value, line.number)
    case "_sum", "_gsum": sum = (value, line.number)
    default: break
    }
  }

  private mutating func addBucket(
    _ line: OpenMetricsLine, _ value: Double
  ) throws(LineProblem) {
    guard let text = line.labels["le"], let bound = DecimalNumber.value(of: Array(text.utf8).span)
    else { return }
    if let lastBound, bound <= lastBound {
      throw LineProblem(
        offset: line.offset(of: "le"),
        message: "buckets must rise: le=\"\(text)\" comes after \(lastBound)")
    }
    guard value >= lastCount else {
      throw LineProblem(
        offset: line.valueOffset,
        message: "buckets are cumulative: \(value) is less than \(lastCount) before it")
    }
    lastBound = bound
    lastCount = value
    hasNegativeBound = hasNegativeBound || bound < 0
  }

  /// What the whole point lacks, with the line to name; nil if nothing.
  func fault(_ type: MetricType, lastLine: Int) -> (message: String, line: Int)? {
    let (sumName, countName) =
      type == .histogram ? ("\"_sum\"", "\"_count\"") : ("\"_gsum\"", "\"_gcount\"")
    guard lastBound == .infinity else {
      return ("the bucket with le=\"+Inf\" is missing", lastLine)
    }
    if let count, count.value != lastCount {
      return ("\(countName) \(count.value) differs from bucket \"+Inf\": \(lastCount)", count.line)
    }
    if let count, sum == nil { return ("\(countName) needs \(sumName) beside it", count.line) }
    if let sum, count == nil { return ("\(sumName) needs \(countName) beside it", sum.line) }
    guard let sum else { return nil }
    if type == .histogram, hasNegativeBound {
      return ("a histogram with negative buckets must not have \"_sum\"", sum.line)
    }
    if type == .gaugeHistogram, sum.value < 0, !hasNegativeBound {
      return ("\"_gsum\" must not be negative where no bucket is", sum.line)
    }
    return nil
  }
}
