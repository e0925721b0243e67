internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Storage
internal import TimeSeries
internal import WatchConfiguration

/// Performs what a `RestartPlan` asks for: its records are on disk before anything is done.
final class RestartKeeper {
  /// What the daemon knows and does for it.
  struct Surroundings {
    var subjects: () -> [RestartSubject]
    var requestRates: (_ group: ServiceName) -> [[QuietHours.Rate]]
    /// Collects what a restart destroys, and hands it over in words.
    var collectEvidence: (ServiceName, _ completion: @escaping (String) -> Void) -> Void
    var description: (ServiceName) -> ServiceDescription
    var host: () -> String
    /// Every step, once.
    var tell: (RestartStep) -> Void
    var tellProblem: (String) -> Void
  }

  private static let pace = TimeSpan.seconds(5)
  private static let requestPause = TimeSpan.seconds(30)

  private let store: RestartStore?
  private let loop: EventLoop
  private let bus: SystemBus
  private let client: LazyHTTPClient
  private let transport: SinkTransport
  private let surroundings: Surroundings
  private var plan: RestartPlan
  private var sights: [ServiceName: RestartSight] = [:]
  private var sinks: [String: WebhookSink] = [:]
  private var quiet: [ServiceName: (found: Result<DayWindow, NoQuietHours>, at: Timestamp)] = [:]
  private var probing: Set<ServiceName> = []
  private var requesting: [ServiceName: Timestamp] = [:]
  private var timer: EventLoop.TimerID?
  private var isFailing = false
  private var isStopped = false

  init(
    _ store: RestartStore?, loop: EventLoop, bus: SystemBus, client: LazyHTTPClient,
    transport: SinkTransport, surroundings: Surroundings
  ) {
    self.store = store
    self.loop = loop
    self.client = client
    self.transport = transport
    self.surroundings = surroundings
    self.bus = bus
    plan = RestartPlan(policies: [], host: "", at: SystemClock.wallTime())
    bus.onJobEnd = { [weak self] unit, result in self?.noteJob(of: unit, result) }
    bus.onLost = { [weak self] _ in self?.doubtEverything() }
  }

  /// Reads what an earlier run left.
  func load(_ configuration: Configuration, at now: Timestamp) {
    var records: [ServiceName: RestartRecord] = [:]
    do {
      let contents = try store?.read() ?? RestartStore.Contents()
      for (service, bytes) in contents.records {
        records[service] = RestartRecord(bytes, of: service, at: now)
      }
      for service in contents.damaged {
        records[service] = RestartRecord(damaged: service, at: now)
        surroundings.tellProblem(
          "\(service): what is kept of its restarts is damaged; it is not restarted by policy for a "
            + "day")
      }
    } catch {
      surroundings.tellProblem("what is kept of restarts cannot be read: \(error)")
    }
    plan = RestartPlan(policies: [], host: surroundings.host(), records: records, at: now)
    adopt(configuration)
  }

  func adopt(_ configuration: Configuration) {
    plan.policies = configuration.restartPolicies.map(RestartPolicy.init)
    plan.host = surroundings.host()
    sinks = Dictionary(
      configuration.sinks.filter { $0.type == .webhook }
        .map { ($0.name, SinkFactory.webhook($0)) }, uniquingKeysWith: { first, _ in first })
    quiet = [:]
  }

  func stop() {
    isStopped = true
    if let timer { loop.cancel(timer) }
  }

  var standings: [RestartStanding] {
    plan.standings(
      surroundings.subjects(), quietHours: { self.quietHours(of: $0) }, at: SystemClock.wallTime())
  }

  var policyNames: [String] { plan.policies.map(\.name) }

  /// Does what is due.
  func advance() {
    guard !isStopped, !plan.policies.isEmpty || plan.isBusy else { return }
    let now = SystemClock.wallTime()
    var next = plan
    let answer = next.advance(
      surroundings.subjects(), sights: sights, quietHours: { self.quietHours(of: $0) }, at: now)
    guard keep(answer.changed, of: next, at: now) else { return awaitNext() }
    plan = next
    answer.steps.forEach(surroundings.tell)
    answer.acts.forEach(perform)
    awaitNext()
  }

  /// Writes all of it into a file that was begun anew.
  func writeAnew(at now: Timestamp) throws(DatabaseError) {
    try store?.keep(plan.records.mapValues { .some($0.bytes) }, at: now)
  }

  /// - Returns: whether the acts may be done.
  private func keep(_ changed: Set<ServiceName>, of next: RestartPlan, at now: Timestamp) -> Bool {
    if changed.isEmpty { return true }
    do {
      guard let store else { throw NoState() }
      var rows: [ServiceName: [UInt8]?] = [:]
      for service in changed { rows[service] = .some(next.records[service]?.bytes) }
      try store.keep(rows, at: now)
      isFailing = false
      return true
    } catch {
      if !isFailing {
        surroundings.tellProblem(
          "nothing is restarted by policy, for it must be on disk before it is done: \(error)")
      }
      isFailing = true
      return false
    }
  }

  private func awaitNext() {
    guard plan.isBusy, timer == nil, !isStopped else { return }
    timer = loop.schedule(after: Self.pace, tolerance: .seconds(1)) { [weak self] in
      self?.timer = nil
      self?.advance()
    }
  }

  private func quietHours(of group: ServiceName) -> Result<DayWindow, NoQuietHours> {
    let now = SystemClock.wallTime()
    if let known = quiet[group], now >= known.at, now - known.at < .hours(1) { return known.found }
    let found = QuietHours.find(surroundings.requestRates(group))
    quiet[group] = (found, now)
    return found
  }

  // MARK: - Acts

  private func perform(_ act: RestartAct) {
    switch act {
    case .forget(let service):
      sights[service] = nil
      requesting[service] = nil
    case .collectEvidence(let service):
      surroundings.collectEvidence(service) { [weak self] words in
        self?.sights[service, default: RestartSight()].evidence = words
      }
    case .look(let service, let unit): look(service, unit)
    case .restart(let service, let unit): restart(service, unit)
    case .probe(let service, let url): probe(service, url)
    case .request(let service, let sink, let id, let cause): request(service, sink, id, cause)
    }
  }

  private func look(_ service: ServiceName, _ unit: String) {
    bus.status(of: unit) { [weak self] result in
      guard let self else { return }
      var sight = sights[service] ?? RestartSight()
      switch result {
      case .failure(let failure): sight.lookFailure = failure.description
      case .success(let status):
        sight.unit = RestartSight.Unit(
          activeState: status.activeState, invocation: status.invocationID, hasJob: status.hasJob)
        sight.unitAt = SystemClock.wallTime()
      }
      sights[service] = sight
    }
  }

  private func restart(_ service: ServiceName, _ unit: String) {
    bus.restart(unit) { [weak self] result in
      guard let self, case .failure(let failure) = result else { return }
      // Without an answer of systemd nobody knows whether it took the job.
      guard failure.isAnswer else { return plan.doubt(service) }
      let hint =
        failure.isRefusal
        ? "; `leakwatch restart-policy --print-polkit` prints the rule that allows it" : ""
      sights[service, default: RestartSight()].refusal = "systemd: \(failure)\(hint)"
    }
  }

  private func noteJob(of unit: String, _ result: String) {
    for (service, record) in plan.records where record.task?.cause.unit == unit {
      sights[service, default: RestartSight()].jobResult = result
    }
    advance()
  }

  private func doubtEverything() {
    for (service, record) in plan.records where record.task != nil { plan.doubt(service) }
  }

  private func probe(_ service: ServiceName, _ url: String) {
    guard probing.insert(service).inserted else { return }
    var request = HTTPRequest(.get, url: url)
    request.timeout = .seconds(10)
    request.connectTimeout = .seconds(5)
    request.maximumResponseBytes = 1 << 20
    client.send(request) { [weak self] result in
      guard let self else { return }
      probing.remove(service)
      let health: RestartSight.Health =
        switch result {
        case .success(let answer) where (200..<300).contains(answer.status): .well
        case .success(let answer): .ill("\(request.displayURL) answered \(answer.status)")
        case .failure(let failure): .ill(failure.description)
        }
      sights[service, default: RestartSight()].health = health
    }
  }

  private func request(
    _ service: ServiceName, _ sinkName: String, _ id: String, _ cause: RestartCause
  ) {
    let now = SystemClock.wallTime()
    if let last = requesting[service], now >= last, now - last < Self.requestPause { return }
    requesting[service] = now
    guard let sink = sinks[sinkName] else { return }
    let body = RestartRequestBody.webhook(
      service: surroundings.description(service), host: surroundings.host(), policy: cause.policy,
      trigger: cause.trigger.rawValue, reason: cause.words, lifeBegan: cause.lifeBegan,
      memoryBytes: cause.memoryBytes, at: plan.records[service]?.task?.actedAt ?? now)
    let note = { [weak self] (refusal: String?) in
      self?.sights[service, default: RestartSight()].refusal = refusal
      if refusal == nil { self?.sights[service, default: RestartSight()].isAccepted = true }
    }
    do throws(SecretFailure) {
      transport.post(try sink.request(id: id, body: body.bytes, at: now)) { outcome in
        switch outcome {
        case .answered(let status, _, _) where (200..<300).contains(status): note(nil)
        case .answered(let status, _, _): note("the sink \(sinkName) answered \(status)")
        case .failed(let reason): note("the sink \(sinkName): \(reason)")
        }
      }
    } catch {
      note("the sink \(sinkName): \(error)")
    }
  }
}

/// There is no state directory.
private struct NoState: Error, CustomStringConvertible {
  let description = "there is no state directory"
}

extension RestartRecord {
  fileprivate var bytes: [UInt8] {
    var writer = StateWriter()
    writer.write(self)
    return writer.bytes
  }

  fileprivate init(_ bytes: [UInt8], of service: ServiceName, at now: Timestamp) {
    var reader = StateReader(bytes)
    self = (try? reader.value()) ?? RestartRecord(damaged: service, at: now)
  }
}
