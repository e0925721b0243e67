package import TimeSeries

/// Every query that one server is asked, for each signal the best one first.
package struct SignalQueryPlan: Hashable, Sendable {
  package private(set) var queries: [SignalQuery]

  /// What a user says of a server.
  package struct Wishes: Sendable {
    /// PromQL for the memory of each service.
    package var memory: String?
    /// PromQL by signal.
    package var signals: [Signal: String] = [:]
    package var sets: [SignalSet] = []
    /// Label matchers for the queries of the sets: `cluster="eu",namespace!~"kube-.*"`.
    package var matchers = ""
    package var serviceLabel = "service"

    package init() {}
  }

  /// What the user names comes before what the sets bring.
  ///
  /// - Parameter step: between two moments that are asked for. Selectors get the newest value within
  ///   it; the user's other expressions are asked as they are.
  package init(_ wishes: Wishes, step: TimeSpan) {
    let fresh = { (expression: String) in
      PromQLNames.isSelector(expression)
        ? PromQLWriter.fresh(expression, within: step) : expression
    }
    var queries: [SignalQuery] = []
    if let memory = wishes.memory {
      queries.append(SignalQuery(Self.signal(of: memory), fresh(memory), origin: "memory"))
    }
    for (signal, expression) in wishes.signals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      queries.append(
        SignalQuery(
          signal, fresh(expression), isPerSeries: signal == .gcPauseSecondsTotal, origin: "signals")
      )
    }
    let writer = PromQLWriter(
      serviceLabel: wishes.serviceLabel, matchers: wishes.matchers, step: step)
    for query in wishes.sets.flatMap({ $0.queries(writer) })
    where !queries.contains(where: { $0.expression == query.expression }) {
      queries.append(query)
    }
    self.queries = queries
  }

  /// Whether anything tells memory in use: without it no service would ever appear.
  package var tellsMemory: Bool { queries.contains { $0.signal.isMemoryInUse } }

  /// Which kind of memory an expression gives, by the metric that it names; what the kernel counts
  /// in all where none is known.
  package static func signal(of expression: String) -> Signal {
    for name in PromQLNames.metrics(in: expression) {
      if let known = wellKnown[name] { return known }
      for signal in Signal.allCases where signal.isMemoryInUse {
        if name == signal.rawValue || name.hasSuffix("_" + signal.rawValue) { return signal }
      }
      if let source = SignalCatalogue.sources.first(where: { $0.isFor(metric: name) }) {
        return source.signal
      }
    }
    return .memoryCurrent
  }

  private static let wellKnown: [String: Signal] = [
    "container_memory_working_set_bytes": .workingSet,
    "container_memory_usage_bytes": .memoryCurrent,
    "container_memory_rss": .memoryAnon,
    "namedprocess_namegroup_memory_bytes": .residentMemory,
  ]
}

extension SignalSource {
  fileprivate func isFor(metric: String) -> Bool {
    signal.isMemoryInUse && terms.contains { $0.selector.metric == metric }
  }
}
