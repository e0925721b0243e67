package import TimeSeries

extension Alert: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(key.service)
    for text in [key.kind.rawValue, status.rawValue, severity.rawValue, episode.text, host] {
      writer.write(text)
    }
    writer.write(startedAt)
    writer.write(at)
    for text in [verdict, flavour, growing] { writer.write(text) }
    for figure in growth.all { writer.write(figure) }
    writer.write(summary)
    Self.write(reasons, to: &writer) { writer, reason in writer.write(reason) }
    Self.write(checklist, to: &writer) { writer, answer in
      writer.write(answer.question)
      writer.write(answer.answer)
      Self.write(answer.figuresInOrder, to: &writer) { writer, figure in
        writer.write(figure.key)
        writer.write(figure.value)
      }
    }
    Self.write(links, to: &writer) { writer, link in
      writer.write(link.href)
      writer.write(link.text)
    }
    Self.write(commands, to: &writer) { writer, command in
      writer.write(command.purpose)
      writer.write(command.command)
    }
    writer.write(description)
    writer.write(evidence)
    // Nothing stands for none, as in what an older LeakWatch wrote.
    if let fix { writer.write(fix) }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let service = try reader.value(ServiceName.self)
    guard let kind = AlertKind(rawValue: try reader.text()),
      let status = Status(rawValue: try reader.text()),
      let severity = Severity(rawValue: try reader.text())
    else { throw reader.fault("alert") }
    let (episode, host) = (EpisodeID(text: try reader.text()), try reader.text())
    let (startedAt, at) = (try reader.value(Timestamp.self), try reader.value(Timestamp.self))
    let verdict = try Self.optionalText(&reader)
    let flavour = try Self.optionalText(&reader)
    let growing = try Self.optionalText(&reader)
    let growth = GrowthFigures(
      slopeBytesPerDay: try Self.optionalFigure(&reader),
      slopeLow: try Self.optionalFigure(&reader), slopeHigh: try Self.optionalFigure(&reader),
      secondsToLimit: try Self.optionalFigure(&reader),
      secondsToLimitLow: try Self.optionalFigure(&reader),
      secondsToLimitHigh: try Self.optionalFigure(&reader))
    let summary = try reader.text()
    let reasons = try Self.list(&reader) { reader throws(StateFault) in try reader.text() }
    let checklist = try Self.list(&reader) { reader throws(StateFault) in
      var answer = ChecklistAnswer(question: try reader.text(), answer: try reader.text())
      for _ in 0..<(try reader.count(elementsOf: 9)) {
        let name = try reader.text()
        answer.figures[name] = try reader.double()
      }
      return answer
    }
    let links = try Self.list(&reader) { reader throws(StateFault) in
      AlertLink(href: try reader.text(), text: try reader.text())
    }
    let commands = try Self.list(&reader) { reader throws(StateFault) in
      SuggestedCommand(purpose: try reader.text(), command: try reader.text())
    }
    let description = try reader.value(ServiceDescription.self)
    let evidence = try reader.optionalValue(HeapEvidence.self)
    self.init(
      key: AlertKey(service: service, kind: kind), status: status, severity: severity,
      episode: episode, host: host, startedAt: startedAt, at: at, verdict: verdict,
      flavour: flavour, growth: growth, growing: growing, summary: summary, reasons: reasons,
      checklist: checklist, evidence: evidence,
      fix: reader.isAtEnd ? nil : try reader.value(FixReport.self), links: links,
      commands: commands, description: description)
  }

  /// Bytes from which `init(stateBytes:)` makes the same alert.
  package var stateBytes: [UInt8] {
    var writer = StateWriter()
    writer.write(self)
    return writer.bytes
  }

  package init(stateBytes bytes: [UInt8]) throws(StateFault) {
    var reader = StateReader(bytes)
    try self.init(from: &reader)
    guard reader.isAtEnd else { throw reader.fault("alert") }
  }

  private static func write<Element>(
    _ values: [Element], to writer: inout StateWriter,
    _ body: (inout StateWriter, Element) -> Void
  ) {
    writer.write(count: values.count)
    for value in values { body(&writer, value) }
  }

  private static func list<Element>(
    _ reader: inout StateReader,
    _ body: (inout StateReader) throws(StateFault) -> Element
  ) throws(StateFault) -> [Element] {
    var values: [Element] = []
    for _ in 0..<(try reader.count()) { values.append(try body(&reader)) }
    return values
  }

  private static func optionalText(_ reader: inout StateReader) throws(StateFault) -> String? {
    try reader.optional { reader throws(StateFault) in try reader.text() }
  }

  private static func optionalFigure(_ reader: inout StateReader) throws(StateFault) -> Double? {
    try reader.optional { reader throws(StateFault) in try reader.double() }
  }
}

extension GrowthFigures {
  /// In the order of their names in the webhook.
  fileprivate var all: [Double?] {
    [
      slopeBytesPerDay, slopeLow, slopeHigh, secondsToLimit, secondsToLimitLow, secondsToLimitHigh,
    ]
  }
}
