internal import TimeSeries

/// What one sample's line must keep by its family's type (OpenMetrics 1.0, "Metric Types").
struct OpenMetricsSampleRules {
  let family: String
  let type: MetricType

  /// The ending that the sample's name adds to the family's; nil if such a sample is not one of it.
  func suffix(of name: String) -> String? {
    guard name.hasPrefix(family) else { return nil }
    let suffix = String(name.dropFirst(family.count))
    return type.sampleSuffixes(in: .openMetrics100).contains(suffix) ? suffix : nil
  }

  /// The label that tells the samples of one metric point apart; nil where there is none.
  func pointLabel(_ suffix: String) -> String? {
    switch (type, suffix) {
    case (.histogram, "_bucket"), (.gaugeHistogram, "_bucket"): "le"
    case (.summary, ""): "quantile"
    case (.stateSet, ""): family
    default: nil
    }
  }

  func check(_ line: OpenMetricsLine, suffix: String) throws(LineProblem) {
    try checkLabels(line, suffix)
    try checkPointLabel(line, suffix)
    try checkValue(line, suffix)
    try checkExemplar(line, suffix)
  }

  private func checkLabels(_ line: OpenMetricsLine, _ suffix: String) throws(LineProblem) {
    for (label, offset) in zip(line.written, line.labelOffsets) where label.name.hasPrefix("_") {
      throw LineProblem(
        offset: offset, message: "label name \"\(label.name)\" is reserved: it begins with '_'")
    }
    let reserved: String? =
      switch type {
      case .histogram, .gaugeHistogram: "le"
      case .summary: "quantile"
      default: nil
      }
    if let reserved, pointLabel(suffix) == nil, line.labels[reserved] != nil {
      throw LineProblem(
        offset: line.offset(of: reserved),
        message: "\"\(suffix)\" of type \(type.rawValue) must not have label \"\(reserved)\"")
    }
  }

  private func checkPointLabel(_ line: OpenMetricsLine, _ suffix: String) throws(LineProblem) {
    guard let label = pointLabel(suffix) else { return }
    guard let text = line.labels[label] else {
      throw LineProblem(
        offset: 0, message: "a sample of type \(type.rawValue) needs label \"\(label)\"")
    }
    if type == .stateSet { return }
    let value = DecimalNumber.value(of: Array(text.utf8).span)
    let isValid: Bool =
      switch (value, type) {
      case (let value?, .summary): value >= 0 && value <= 1
      // Infinity has one spelling; other numbers may be written in any way.
      case (let value?, _): !value.isNaN && (value != .infinity || text == "+Inf")
      case (nil, _): false
      }
    guard isValid else {
      let expected = type == .summary ? "a number from 0 to 1" : "a number or \"+Inf\""
      throw LineProblem(
        offset: line.offset(of: label),
        message: "\"\(text)\" is no valid value of label \"\(label)\": it must be \(expected)")
    }
  }

  private func checkValue(_ line: OpenMetricsLine, _ suffix: String) throws(LineProblem) {
    let value = line.measurement.value
    let fault: String? =
      switch (type, suffix) {
      case (_, "_created"): value.isFinite ? nil : "must be a time in seconds"
      case (.counter, _), (.histogram, "_sum"), (.summary, "_sum"):
        Self.countFault(value, isWhole: false)
      case (.histogram, _), (.gaugeHistogram, "_bucket"), (.gaugeHistogram, "_gcount"),
        (.summary, "_count"):
        Self.countFault(value, isWhole: true)
      case (.gaugeHistogram, _): value.isNaN ? "must not be NaN" : nil
      case (.summary, _): value < 0 ? "must not be negative" : nil
      case (.info, _): value == 1 ? nil : "must be 1"
      case (.stateSet, _): value == 0 || value == 1 ? nil : "must be 0 or 1"
      case (.gauge, _), (.unknown, _): nil
      }
    if let fault {
      let what = suffix.isEmpty ? "a value" : "\"\(suffix)\""
      throw LineProblem(
        offset: line.valueOffset, message: "\(what) of type \(type.rawValue) \(fault)")
    }
  }

  private static func countFault(_ value: Double, isWhole: Bool) -> String? {
    if value.isNaN { return "must not be NaN" }
    if value < 0 { return "must not be negative" }
    if isWhole, value.isInfinite || value != value.rounded() { return "must be a whole number" }
    return nil
  }

  private func checkExemplar(_ line: OpenMetricsLine, _ suffix: String) throws(LineProblem) {
    guard let exemplar = line.measurement.exemplar else { return }
    guard (type == .counter && suffix == "_total") || suffix == "_bucket" else {
      throw LineProblem(
        offset: exemplar.offset,
        message: "only a counter's \"_total\" and a histogram's \"_bucket\" may have an exemplar")
    }
    for label in exemplar.labels where label.name.hasPrefix("_") {
      throw LineProblem(
        offset: exemplar.offset,
        message: "label name \"\(label.name)\" is reserved: it begins with '_'")
    }
    let length = exemplar.labels.reduce(0) {
      $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count
    }
    guard length <= 128 else {
      throw LineProblem(
        offset: exemplar.offset,
        message: "the exemplar's labels have \(length) characters, more than 128")
    }
    try checkExemplarIsInBucket(exemplar, line)
  }

  private func checkExemplarIsInBucket(
    _ exemplar: Measurement.Exemplar, _ line: OpenMetricsLine
  ) throws(LineProblem) {
    guard let text = line.labels["le"], type != .counter,
      let bound = DecimalNumber.value(of: Array(text.utf8).span),
      bound != .infinity, !(exemplar.value <= bound)
    else { return }
    throw LineProblem(
      offset: exemplar.offset,
      message: "the exemplar's value \(exemplar.value) is not in its bucket, le=\"\(text)\"")
  }
}
