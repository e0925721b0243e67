internal import TimeSeries

extension PrometheusAnswer {
  /// Reads a whole answer. What is cut off, ill-formed or of another shape than was asked for is an
  /// error as a whole: a part of an answer is never taken for the answer.
  package init(
    _ body: Span<UInt8>, shape: PrometheusShape,
    limits: PrometheusAnswerLimits = PrometheusAnswerLimits()
  ) throws(PrometheusFormatError) {
    var reader = PrometheusAnswerReader(shape: shape, limits: limits)
    self = try reader.read(body)
  }
}

/// The envelope: `{"status": …, "data": …, "errorType": …, "error": …, "warnings": …, "infos": …}`.
/// Members come in any order; unknown ones are checked and passed over.
struct PrometheusAnswerReader {
  private enum Member: String, CaseIterable {
    case status, data, errorType, error, warnings, infos, isPartial
  }

  let shape: PrometheusShape
  let limits: PrometheusAnswerLimits
  var sampleCount = 0

  private var seen: Set<Member> = []
  private var status: String?
  private var content: PrometheusContent?
  private var failure = PrometheusFailure(errorType: "", message: "")
  private var warnings: [String] = []
  private var infos: [String] = []

  init(shape: PrometheusShape, limits: PrometheusAnswerLimits) {
    self.shape = shape
    self.limits = limits
  }

  mutating func read(_ text: Span<UInt8>) throws(PrometheusFormatError) -> PrometheusAnswer {
    var cursor = JSONCursor(limits: limits)
    guard cursor.peek(text) == UInt8(ascii: "{") else { throw cursor.expected("'{'", text) }
    try cursor.readObject(text) { (name, cursor) throws(PrometheusFormatError) in
      guard let member = Member(rawValue: name) else { return try cursor.skipValue(text, depth: 1) }
      guard seen.insert(member).inserted else {
        throw cursor.fault("\"\(name)\" stands twice in the answer")
      }
      try read(member, text, &cursor)
    }
    try cursor.finish(text)
    return PrometheusAnswer(outcome: try outcome(cursor), warnings: warnings, infos: infos)
  }

  private mutating func read(
    _ member: Member, _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) {
    switch member {
    case .status: status = try cursor.string(text)
    case .data: content = try readData(text, &cursor)
    case .errorType: failure.errorType = try cursor.string(text)
    case .error: failure.message = try cursor.string(text)
    case .warnings: try readNotices(text, &cursor, into: \.warnings)
    case .infos: try readNotices(text, &cursor, into: \.infos)
    case .isPartial:
      // VictoriaMetrics' word for what others say in a warning.
      guard try cursor.boolean(text) else { return }
      warnings.append(
        "the server says that its answer is partial: some of its storage was not there")
    }
  }

  private func outcome(
    _ cursor: JSONCursor
  ) throws(PrometheusFormatError) -> PrometheusAnswer.Outcome {
    switch status {
    case "success":
      guard let content else { throw cursor.fault("the answer is a success without data") }
      return .success(content)
    case "error": return .failure(failure)
    case .some(let other):
      throw cursor.fault("the status \"\(other)\" is neither success nor error")
    case nil:
      throw cursor.fault("the answer has no status: is this the API of a Prometheus server?")
    }
  }

  private mutating func readNotices(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor,
    into path: WritableKeyPath<Self, [String]>
  ) throws(PrometheusFormatError) {
    if cursor.takeNull(text) { return }
    var more = 0
    try cursor.readArray(text) { (cursor) throws(PrometheusFormatError) in
      let notice = try cursor.string(text)
      if self[keyPath: path].count < limits.notices {
        self[keyPath: path].append(notice)
      } else {
        more += 1
      }
    }
    if more > 0 { self[keyPath: path].append("and \(more) more") }
  }

  private mutating func readData(
    _ text: Span<UInt8>, _ cursor: inout JSONCursor
  ) throws(PrometheusFormatError) -> PrometheusContent? {
    // As a failure says it.
    if cursor.takeNull(text) { return nil }
    switch shape {
    case .range, .instant: return .series(try readResult(text, &cursor))
    case .labelSets:
      var sets: [LabelSet] = []
      try cursor.readArray(text) { (cursor) throws(PrometheusFormatError) in
        guard sets.count < limits.series else { throw tooManySeries(cursor) }
        sets.append(try readLabels(text, &cursor))
      }
      return .labelSets(sets)
    case .values:
      var values: [String] = []
      try cursor.readArray(text) { (cursor) throws(PrometheusFormatError) in
        guard values.count < limits.series else { throw tooManySeries(cursor) }
        values.append(try cursor.string(text))
      }
      return .values(values)
    }
  }

  func tooManySeries(_ cursor: JSONCursor) -> PrometheusFormatError {
    cursor.fault("the answer holds more than \(limits.series) series", isTooMuch: true)
  }
}
