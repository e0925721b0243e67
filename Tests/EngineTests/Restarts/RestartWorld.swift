import Alerting
import TimeSeries

@testable import Engine

/// A host in simulated time: units that take a while to restart, and a daemon that may be killed.
struct RestartWorld {
  struct Unit {
    var lifeBegan: Timestamp
    var invocation = 1
    var state = "active"
    /// When the job that runs is done.
    var jobEnds: Timestamp?
    var memory = 100.0
    var memoryAfter = 100.0
    var leak: String?
    var isOOMImminent = false
    var comesBack = true
    var health = RestartSight.Health.well
    var deployedAt: Timestamp?
    var isUp = true
    var isUnit = true
  }

  static let day = TimeSpan.days(1)

  var now: Timestamp
  var units: [String: Unit]
  var plan: RestartPlan
  /// What is on disk.
  var disk: [ServiceName: RestartRecord] = [:]
  var sights: [ServiceName: RestartSight] = [:]
  var steps: [RestartStep] = []
  /// Every restart that systemd did: which, and when.
  var restarts: [(unit: String, at: Timestamp)] = []
  var requests: [String] = []
  var refusal: String?
  var quiet: Result<DayWindow, NoQuietHours> = .failure(.noCounter)
  /// The next act is not done: the daemon dies between its record and the act, or right after it.
  var dies: Death?
  var jobTakes = TimeSpan.seconds(10)

  enum Death { case beforeAct, afterAct }

  init(_ policy: RestartPolicy, names: [String], age: TimeSpan, at now: Timestamp) {
    self.now = now
    units = Dictionary(
      uniqueKeysWithValues: names.map { ($0, Unit(lifeBegan: now - age)) })
    plan = RestartPlan(policies: [policy], host: "host-1", at: now)
  }

  var subjects: [RestartSubject] {
    units.filter { ["active", "activating"].contains($0.value.state) }.map { name, unit in
      var subject = RestartSubject(service: ServiceName(name), group: ServiceName("api"))
      subject.unit = unit.isUnit ? "\(name).service" : nil
      subject.lifeBegan = unit.lifeBegan
      subject.toldAt = now
      subject.isUp = unit.isUp
      subject.memoryBytes = unit.memory
      subject.leak = unit.leak
      subject.isOOMImminent = unit.isOOMImminent
      subject.deployedAt = unit.deployedAt
      return subject
    }.sorted { $0.service < $1.service }
  }

  var standings: [RestartStanding] {
    plan.standings(subjects, quietHours: { _ in quiet }, at: now)
  }

  func steps(_ what: RestartStep.What) -> [RestartStep] { steps.filter { $0.what == what } }

  /// Looks every 5 s while something is under way, and every five minutes else.
  mutating func run(_ span: TimeSpan) {
    let end = now + span
    while now < end {
      tick()
      now = now + (plan.isBusy ? .seconds(5) : .minutes(5))
    }
  }

  mutating func tick() {
    finishJobs()
    var next = plan
    let answer = next.advance(subjects, sights: sights, quietHours: { _ in quiet }, at: now)
    for service in answer.changed { disk[service] = next.records[service] }
    plan = next
    steps += answer.steps
    for act in answer.acts { perform(act) }
  }

  /// SIGKILL and a new start: all but the disk is lost.
  mutating func crash() {
    plan = RestartPlan(policies: plan.policies, host: plan.host, records: disk, at: now)
    sights = [:]
  }

  private mutating func finishJobs() {
    for name in units.keys {
      guard let end = units[name]?.jobEnds, end <= now else { continue }
      units[name]?.jobEnds = nil
      let comesBack = units[name]?.comesBack == true
      units[name]?.state = comesBack ? "active" : "failed"
      sights[ServiceName(name), default: RestartSight()].jobResult = comesBack ? "done" : "failed"
    }
  }

  private mutating func perform(_ act: RestartAct) {
    switch act {
    case .forget(let service): sights[service] = nil
    case .collectEvidence(let service):
      sights[service, default: RestartSight()].evidence = "memory 100 B"
    case .look(let service, _):
      guard let unit = units[service.text] else { return }
      sights[service, default: RestartSight()].unit = RestartSight.Unit(
        activeState: unit.state, invocation: "\(unit.invocation)", hasJob: unit.jobEnds != nil)
      sights[service, default: RestartSight()].unitAt = now
    case .probe(let service, _):
      sights[service, default: RestartSight()].health = units[service.text]?.health
    case .request(let service, _, let id, _):
      requests.append(id)
      sights[service, default: RestartSight()].isAccepted = true
    case .restart(let service, let unit): restart(service, unit)
    }
  }

  private mutating func restart(_ service: ServiceName, _ unit: String) {
    if let refusal {
      sights[service, default: RestartSight()].refusal = refusal
      return
    }
    let death = dies
    dies = nil
    if death == .beforeAct { return crash() }
    restarts.append((unit, now))
    guard var one = units[service.text] else { return }
    one.state = "activating"
    one.lifeBegan = now
    one.invocation += 1
    one.memory = one.memoryAfter
    one.jobEnds = now + jobTakes
    units[service.text] = one
    if death == .afterAct { crash() }
  }
}
