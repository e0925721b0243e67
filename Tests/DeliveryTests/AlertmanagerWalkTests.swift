import Alerting
import Foundation
import Testing
import TimeSeries

@testable import Delivery

/// Long random lives of a courier before two members that fail, restart, hang and answer late or too
/// late, with restarts of its own: in the end each member believes what is true.
@Suite struct AlertmanagerWalkTests {
  /// An Alertmanager as far as the end of alerts goes: what it was told last of each label set.
  final class Member {
    private var ends: [String: Double] = [:]

    func take(_ request: OutgoingRequest) {
      for alert in AlertmanagerTests.alerts(request) {
        let labels = alert["labels"] as? [String: String] ?? [:]
        let end = (alert["endsAt"] as? String).flatMap { try? Date($0, strategy: .iso8601) }
        ends["\(labels["service"] ?? "?")/\(labels["severity"] ?? "?")"] =
          end?.timeIntervalSince1970 ?? .infinity
      }
    }

    func restart() { ends = [:] }

    func firing(at now: Timestamp) -> [String] {
      ends.filter { $0.value > now.seconds }.map(\.key).sorted()
    }
  }

  final class Life {
    var generator: CourierWalkTests.Generator
    let world = World()
    let outbox = MemoryOutbox()
    let members = ["a": Member(), "b": Member()]
    var courier: Courier?
    /// Service to severity of what is true, and how often it has fired.
    var firing: [String: Severity] = [:]
    var episodes: [String: Int] = [:]
    var isHealthy = false
    var restarts = 0

    init(seed: UInt64) { generator = CourierWalkTests.Generator(state: seed) }

    func restart() {
      courier = world.courier(outbox: outbox)
      restarts += 1
      let life = restarts
      world.handlers["am"] = { [unowned self] request in
        let isSlow = !isHealthy && Bool.random(using: &generator)
        let span = isSlow ? Double.random(in: 0..<20, using: &generator) : 0
        // A connection ends with its process.
        return (
          .seconds(span),
          { [unowned self] in life == restarts ? answer(request) : .failed(reason: "closed") }
        )
      }
      courier?.start(sinks: members.keys.sorted().map(AlertmanagerTests.member))
    }

    /// A member takes it and says so, takes it and is not heard, or does not take it.
    func answer(_ request: OutgoingRequest) -> DeliveryOutcome {
      let member = members[request.url.contains("//a") ? "a" : "b"]
      let luck = isHealthy ? 0 : Int.random(in: 0..<8, using: &generator)
      switch luck {
      case 0...3:
        member?.take(request)
        return .answered(status: 200)
      case 4:
        member?.take(request)
        return .failed(reason: "timed out")
      case 5: return .answered(status: 503)
      case 6: return .answered(status: 429, retryAfter: "30")
      default: return .failed(reason: "refused")
      }
    }

    var keys: Set<AlertKey> {
      Set(firing.keys.map { AlertKey(service: ServiceName($0), kind: .memoryGrowth) })
    }

    func tell(_ service: String, _ status: Alert.Status, _ severity: Severity) {
      var alert = Alert.sample(
        service, status, severity: severity, episode: "\(episodes[service, default: 0])")
      alert.at = world.now
      courier?.notify([alert])
    }

    func step() {
      let service = ["x", "y", "z"][Int.random(in: 0..<3, using: &generator)]
      switch (Int.random(in: 0..<10, using: &generator), firing[service]) {
      case (0...2, nil):
        episodes[service, default: 0] += 1
        firing[service] = .ticket
        tell(service, .firing, .ticket)
      case (0, .some(let severity)) where severity < .page:
        firing[service] = severity == .ticket ? .warning : .page
        tell(service, .firing, severity == .ticket ? .warning : .page)
      case (1, .some(let severity)):
        firing[service] = nil
        tell(service, .resolved, severity)
      case (3, _): restart()
      case (4, _): members[Bool.random(using: &generator) ? "a" : "b"]?.restart()
      default: world.pass(.seconds(Double.random(in: 0..<90, using: &generator)))
      }
      courier?.confirm(firing: keys)
    }
  }

  @Test(arguments: 0..<UInt64(60))
  func inTheEndEveryMemberBelievesWhatIsTrue(seed: UInt64) {
    let life = Life(seed: seed)
    life.restart()
    for _ in 0..<300 { life.step() }
    life.isHealthy = true
    // Less than the four minutes after which an alert would end by itself.
    for _ in 0..<3 {
      life.world.pass(.minutes(1))
      life.courier?.confirm(firing: life.keys)
    }
    let truth = life.firing.map { "\($0.key)/\($0.value.rawValue)" }.sorted()
    for (name, member) in life.members {
      #expect(member.firing(at: life.world.now) == truth, "\(name)")
    }
    // On disk is what must be repeated, once for each member, and nothing else.
    #expect(life.outbox.rows.count == 2 * truth.count)
    #expect(Set(life.outbox.rows.map(\.slot)).count == life.outbox.rows.count)
    let lost = life.world.events.filter { if case .gaveUp = $0 { true } else { false } }
    #expect(lost == [])
  }
}
