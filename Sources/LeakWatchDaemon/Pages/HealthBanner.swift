internal import Engine
internal import TimeSeries

/// What stands in the way of LeakWatch itself: shown above everything else, and only then.
struct HealthBanner {
  private static let namedAtMost = 8

  private var facts: DaemonFacts

  init(facts: DaemonFacts) {
    self.facts = facts
  }

  /// On the page of one service: without what stands in the way of others alone.
  init(facts: DaemonFacts, on service: ServiceName) {
    self.facts = facts
    self.facts.outages.removeAll { $0.service != nil && $0.service != service }
  }

  /// Empty where all is well.
  var html: String {
    let troubles = self.troubles
    guard !troubles.isEmpty else { return "" }
    let items = troubles.map { "<li>\($0.htmlEscaped)</li>" }
    return """
      <section class="trouble" aria-labelledby="trouble">
      <h2 id="trouble">LeakWatch does not see or tell everything</h2>
      <ul>
      \(items.joined(separator: "\n"))
      </ul>
      </section>

      """
  }

  /// A sentence each, the worst first.
  var troubles: [String] {
    [unready, configuration].compactMap(\.self) + sinks + [outbox].compactMap(\.self) + outages
      + [leftOut].compactMap(\.self)
  }

  private var unready: String? { facts.unready.map { "Not everything is known yet: \($0)." } }

  private var configuration: String? {
    guard let rejection = facts.tally.rejection else { return nil }
    let mistakes = rejection.mistakes == 1 ? "one mistake" : "\(rejection.mistakes) mistakes"
    let command =
      facts.configurationPath.map { "leakwatch check-config \($0)" } ?? "leakwatch check-config"
    return
      "The changed configuration was rejected at \(BacktestTable.moment(rejection.at)) UTC for "
      + "\(mistakes); the old one goes on. `\(command)` names them."
  }

  private var sinks: [String] {
    facts.sinks.compactMap { sink in
      guard let trouble = sink.record.trouble else { return nil }
      let end =
        sink.record.isDisabled
        ? "it is switched off until the next reload" : "it is tried again and again"
      let waiting =
        sink.waiting == 1 ? "1 notification waits" : "\(sink.waiting) notifications wait"
      return "Sink \(sink.name) fails, \(waiting), \(end): \(trouble)".sentence
    }
  }

  private var outbox: String? {
    facts.outboxTrouble.map { "What waits for delivery is kept in memory alone: \($0)".sentence }
  }

  private var outages: [String] {
    let shown = facts.outages.prefix(Self.namedAtMost).map { outage in
      let whose = outage.service.map { " of \($0)" } ?? ""
      return
        "\(outage.target)\(whose) has not answered for \(facts.now - outage.since): \(outage.reason)"
        .sentence
    }
    let more = facts.outages.count - shown.count
    return shown + (more > 0 ? ["\(more) more targets do not answer."] : [])
  }

  private var leftOut: String? {
    facts.windows.leftOut.map { leftOut in
      "The memory for windows is full: \(leftOut.series) series of \(leftOut.services) services are "
        + "left out. Raise [windows] max_memory, or watch less with [cgroups] include."
    }
  }
}

extension String {
  /// With a full stop, where it does not end as a sentence already.
  fileprivate var sentence: String { ".?!…".contains(last ?? " ") ? self : self + "." }
}
