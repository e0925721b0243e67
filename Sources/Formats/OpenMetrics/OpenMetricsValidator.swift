/// Checks an exposition against the whole of OpenMetrics 1.0, line by line.
///
/// Where the specification and its own test suite differ, the suite decides: help text may hold
/// quotes as they are and end with a backslash.
package struct OpenMetricsValidator {
  private let limits: ScrapeLimits
  private var report = OpenMetricsReport()
  private var lineNumber = 0
  private var isEnded = false
  private var family: OpenMetricsFamily?
  private var familyNames: Set<String> = []
  /// The family that owns each name a sample can have.
  private var owners: [String: String] = [:]

  private init(limits: ScrapeLimits) {
    self.limits = limits
  }

  /// Checks a whole body. Lines with a fault become errors, the samples of all others are kept.
  package static func validate(
    _ body: Span<UInt8>, limits: ScrapeLimits = ScrapeLimits()
  ) -> OpenMetricsReport {
    var validator = OpenMetricsValidator(limits: limits)
    validator.read(body)
    return validator.report
  }

  private mutating func read(_ body: Span<UInt8>) {
    var start = 0
    while start < body.count {
      lineNumber += 1
      var end = start
      while end < body.count, body[end] != UInt8(ascii: "\n") { end += 1 }
      do throws(LineProblem) {
        try read(line: body.extracting(start..<end))
      } catch {
        family?.isFaulty = true
        note(error.message, line: lineNumber, column: error.offset + 1)
      }
      if isEnded {
        if end + 1 < body.count {
          note("\"# EOF\" must be the last line", line: lineNumber + 1, column: 1)
        }
        return
      }
      start = end + 1
    }
    finishFamily()
    note(
      "\"# EOF\" is missing at the end: the body was cut off", line: lineNumber + 1, column: 1)
  }

  private mutating func read(line: Span<UInt8>) throws(LineProblem) {
    guard line.count <= limits.lineBytes else {
      throw LineProblem(
        offset: limits.lineBytes, message: "the line is longer than \(limits.lineBytes) bytes")
    }
    guard line.count > 0 else {
      throw LineProblem(offset: 0, message: "blank lines are not allowed")
    }
    guard line[line.count - 1] != UInt8(ascii: "\r") else {
      throw LineProblem(
        offset: line.count - 1, message: "the line ends with a carriage return: use line feed alone"
      )
    }
    guard line[0] == UInt8(ascii: "#") else {
      try read(sample: OpenMetricsLine(line, number: lineNumber))
      return
    }
    if line.excerpt(0..<line.count) == "# EOF" {
      finishFamily()
      isEnded = true
      return
    }
    try read(metadata: OpenMetricsMetadata(line), line)
  }

  private mutating func read(
    metadata: OpenMetricsMetadata, _ line: Span<UInt8>
  ) throws(LineProblem) {
    if family?.name != metadata.family {
      finishFamily()
      family = OpenMetricsFamily(name: metadata.family, line: lineNumber)
      try checkFamilyName(metadata.family, offset: 7)
    }
    try family?.add(metadata, line)
  }

  private mutating func read(sample line: OpenMetricsLine) throws(LineProblem) {
    if family?.rules.suffix(of: line.name) == nil {
      if let owner = owners[line.name] ?? familyNames.first(where: { $0 == line.name }) {
        throw LineProblem(offset: 0, message: foreignSample(line.name, owner: owner))
      }
      // A sample without metadata is a family of its own, of type unknown.
      finishFamily()
      family = OpenMetricsFamily(name: line.name, line: lineNumber)
      try checkFamilyName(line.name, offset: 0)
    }
    guard let suffix = family?.rules.suffix(of: line.name) else { return }
    var faults: [(String, Int)] = []
    defer { for fault in faults { note(fault.0, line: fault.1, column: 1) } }
    try family?.add(line, suffix: suffix) { faults.append(($0, $1)) }
    report.samples.append(line.sample)
  }

  private func foreignSample(_ name: String, owner: String) -> String {
    guard owner == family?.name, let family else {
      return "\"\(name)\" belongs to family \"\(owner)\", which ended before: "
        + "families must not be interleaved"
    }
    return "\"\(name)\" is no sample of type \(family.type.rawValue): expected "
      + family.sampleNames.joined(separator: ", ")
  }

  private mutating func checkFamilyName(_ name: String, offset: Int) throws(LineProblem) {
    guard familyNames.insert(name).inserted else {
      throw LineProblem(
        offset: offset,
        message: "family \"\(name)\" comes a second time: families must be unique and in one piece")
    }
    guard !name.hasPrefix("_") else {
      throw LineProblem(
        offset: offset, message: "metric name \"\(name)\" is reserved: it begins with '_'")
    }
  }

  private mutating func finishFamily() {
    guard let family else { return }
    var faults: [(String, Int)] = []
    family.finishPoint { faults.append(($0, $1)) }
    for name in family.sampleNames {
      if let owner = owners[name], owner != family.name {
        faults.append(
          ("samples \"\(name)\" of \"\(family.name)\" clash with family \"\(owner)\"", family.line))
      }
      owners[name] = family.name
    }
    for fault in faults { note(fault.0, line: fault.1, column: 1) }
    self.family = nil
  }

  private mutating func note(_ message: String, line: Int, column: Int) {
    report.errorCount += 1
    guard report.errors.count < limits.listedErrors else { return }
    report.errors.append(ParseError(line: line, column: column, message: message))
  }
}
