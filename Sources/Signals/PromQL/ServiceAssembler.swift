package import Formats
package import TimeSeries

/// Joins the answers of all queries of one server into services, stretch after stretch of time.
///
/// Instances of one service are never added: each is judged alone. The first keeps the service's
/// name, one beside it is "name/instance", and one that follows it is its next life.
package struct ServiceAssembler: Sendable {
  private let plan: SignalQueryPlan
  private let naming: ServiceNaming
  private var seats: [String: [Seat]] = [:]
  private var states: [ServiceName: ServiceState] = [:]
  private var noted: Set<String> = []

  /// Who has a name of the service at present.
  private struct Seat: Sendable {
    var instance: String
    var name: ServiceName
    /// When the instance was last told of.
    var lastSeen: Timestamp
  }

  /// What is kept of a service from one stretch to the next.
  private struct ServiceState: Sendable {
    var life = ServiceLifeline()
    /// The query that each signal is read from: two metrics are no one line.
    var chosen: [Signal: Int] = [:]
    /// Newest values of counters, to notice a reset.
    var counters: [CounterKey: Double] = [:]
  }

  private struct CounterKey: Hashable, Sendable {
    var signal: Signal
    var seriesKey: UInt64
  }

  /// The series of one instance for one query.
  private struct Part {
    var query: Int
    var series: [PrometheusSeries]
  }

  /// What came of one stretch.
  package struct Outcome: Sendable {
    /// By name.
    package var services: [ServiceMoments]
    /// What a person should know, each said once.
    package var notes: [String]
  }

  package init(plan: SignalQueryPlan, naming: ServiceNaming) {
    self.plan = plan
    self.naming = naming
  }

  /// - Parameters:
  ///   - answers: by query of the plan; nil where the query brought nothing.
  ///   - grid: the moments that were asked for, later than those of every earlier call.
  package mutating func assemble(_ answers: [[PrometheusSeries]?], on grid: MomentGrid) -> Outcome {
    var notes: [String] = []
    let instances = gather(answers)
    let seating = Seating(seat(instances))
    var parts: [ServiceName: [(instance: String, parts: [Part])]] = [:]
    for (identity, own) in instances.sorted(by: {
      ($0.key.service, $0.key.instance) < ($1.key.service, $1.key.instance)
    }) {
      guard let name = seating.named[identity] ?? joined(identity, seating, &notes) else {
        continue
      }
      parts[name, default: []].append((identity.instance, own))
    }
    var services: [ServiceMoments] = []
    for (name, own) in parts.sorted(by: { $0.key < $1.key }) {
      let moments = moments(of: name, own, owners: seating.owners[name] ?? [], grid, &notes)
      if !moments.isEmpty { services.append(ServiceMoments(service: name, moments: moments)) }
    }
    return Outcome(services: services, notes: notes)
  }

  /// Forgets who was last told of before `moment`: names of pods never come again.
  package mutating func forget(lastSeenBefore moment: Timestamp) {
    var kept: Set<ServiceName> = []
    for (service, own) in seats {
      let alive = own.filter { $0.lastSeen >= moment }
      seats[service] = alive.isEmpty ? nil : alive
      kept.formUnion(alive.map(\.name))
    }
    states = states.filter { kept.contains($0.key) }
  }

  /// The series of every instance, by query.
  private func gather(_ answers: [[PrometheusSeries]?]) -> [ServiceNaming.Identity: [Part]] {
    var instances: [ServiceNaming.Identity: [Part]] = [:]
    for (index, answer) in answers.enumerated() {
      for series in answer ?? [] where !series.samples.isEmpty {
        let identity = naming.identity(of: series.labels)
        if let last = instances[identity]?.indices.last, instances[identity]?[last].query == index {
          instances[identity]?[last].series.append(series)
        } else {
          instances[identity, default: []].append(Part(query: index, series: [series]))
        }
      }
    }
    return instances
  }
}

// MARK: - Who is which service

extension ServiceAssembler {
  /// Gives a name to each instance that tells its memory.
  private mutating func seat(
    _ instances: [ServiceNaming.Identity: [Part]]
  ) -> [ServiceNaming.Identity: ServiceName] {
    var arrivals: [(identity: ServiceNaming.Identity, first: Timestamp, last: Timestamp)] = []
    for (identity, parts) in instances {
      let samples = parts.filter { plan.queries[$0.query].signal.isMemoryInUse }
        .flatMap(\.series)
      guard let first = samples.compactMap(\.samples.first?.timestamp).min(),
        let last = samples.compactMap(\.samples.last?.timestamp).max()
      else { continue }
      arrivals.append((identity, first, last))
    }
    arrivals.sort {
      ($0.identity.service, $0.first, $0.identity.instance)
        < ($1.identity.service, $1.first, $1.identity.instance)
    }
    var named: [ServiceNaming.Identity: ServiceName] = [:]
    for arrival in arrivals {
      let identity = arrival.identity
      named[identity] = seat(identity, from: arrival.first, to: arrival.last)
    }
    return named
  }

  private mutating func seat(
    _ identity: ServiceNaming.Identity, from first: Timestamp, to last: Timestamp
  ) -> ServiceName {
    var own = seats[identity.service] ?? []
    let kept = own.firstIndex { $0.instance == identity.instance }
    // One that has ended leaves its place to the next: a restart under another address.
    let place = kept ?? own.firstIndex { $0.lastSeen < first }
    if let place {
      own[place].instance = identity.instance
      own[place].lastSeen = max(last, own[place].lastSeen)
      seats[identity.service] = own
      return own[place].name
    }
    let name =
      own.isEmpty ? identity.service : "\(identity.service)/\(identity.instance)"
    own.append(Seat(instance: identity.instance, name: ServiceName(name), lastSeen: last))
    seats[identity.service] = own
    return ServiceName(name)
  }

  /// What tells no memory itself belongs to the service of that name, if there is just one: an
  /// application told by its pod, a request rate told by the service alone.
  private mutating func joined(
    _ identity: ServiceNaming.Identity, _ seating: Seating, _ notes: inout [String]
  ) -> ServiceName? {
    let candidates = seating.byService[identity.service] ?? seating.below[identity.service] ?? []
    if candidates.count > 1 {
      note(
        "\(identity.service): several instances tell their memory, and what else is told of it "
          + "(by other labels) belongs to none of them alone: it is left out", &notes)
    }
    return candidates.count == 1 ? candidates.first : nil
  }

  private mutating func note(_ text: String, _ notes: inout [String]) {
    if noted.count < 100, noted.insert(text).inserted { notes.append(text) }
  }
}

// MARK: - What is known of it

extension ServiceAssembler {
  private mutating func moments(
    of name: ServiceName, _ entries: [(instance: String, parts: [Part])], owners: Set<String>,
    _ grid: MomentGrid, _ notes: inout [String]
  ) -> [ServiceMoment] {
    var state = states[name] ?? ServiceState()
    defer { states[name] = state }
    var columns = ServiceColumns(grid)
    for query in plan.queries.indices {
      let signal = plan.queries[query].signal
      let mine = entries.compactMap { entry in
        entry.parts.first { $0.query == query }.map { (entry.instance, $0.series) }
      }
      guard !mine.isEmpty, state.chosen[signal] ?? query == query else { continue }
      state.chosen[signal] = query
      for (instance, series) in mine {
        let owner = owners.contains(instance) ? instance : owners.min() ?? instance
        add(series, query, of: owner, to: &columns, name, &notes)
      }
    }
    return columns.moments { index, readings in
      let start = readings.first { $0.signal == .startTimeSeconds }?.value
      let isReset = Self.noteCounters(readings, &state)
      return state.life.incarnation(
        of: columns.owners[index], startTime: start, isReset: isReset, at: grid[index])
    }
  }

  private mutating func add(
    _ series: [PrometheusSeries], _ query: Int, of owner: String, to columns: inout ServiceColumns,
    _ name: ServiceName, _ notes: inout [String]
  ) {
    let asked = plan.queries[query]
    let isOwner = asked.signal.isMemoryInUse
    if asked.isPerSeries {
      for one in series {
        columns.add([one], asked.signal, key: one.labels.stableKey, owner: isOwner ? owner : nil)
      }
      return
    }
    if series.count > 1 {
      note(
        "\(name): the query for \(asked.signal.rawValue) gives several series for one instance; "
          + "they are added. Aggregate it so that each has one: \"sum by (…) (…)\"", &notes)
    }
    columns.add(series, asked.signal, key: 0, owner: isOwner ? owner : nil)
  }

  private static func noteCounters(_ readings: [Reading], _ state: inout ServiceState) -> Bool {
    var isReset = false
    for reading in readings where reading.signal.isCounter && reading.signal != .oomKillsTotal {
      let key = CounterKey(signal: reading.signal, seriesKey: reading.seriesKey)
      if let before = state.counters[key], reading.value < before { isReset = true }
      state.counters[key] = reading.value
    }
    return isReset
  }
}

extension LabelSet {
  /// The same in every run of the program; never 0.
  fileprivate var stableKey: UInt64 {
    SeriesDescriptor(name: "", labels: self, type: .unknown).stableKey
  }
}
