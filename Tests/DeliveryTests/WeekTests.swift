import Alerting
import Delivery
import Detectors
import Engine
import Foundation
import LinuxSystem
import Storage
import Testing
import TimeSeries

/// Seven days with the parts of the daemon that judge, tell and keep, on the test's clock: a leak,
/// storms of collections, OOM kills, an outage of a target, silences, a receiver that is away, and
/// restarts from what stands on disk.
@Suite struct WeekTests {
  private static let hour = 12
  private static let steps = 7 * 24 * hour
  private static let step = TimeSpan.minutes(5)

  private static let settings = EngineSettings(
    host: "h", sampleInterval: step,
    memoryGrowth: ConfiguredRule(
      rule: MemoryGrowthRule(verdictInterval: .minutes(30)),
      timing: AlertTiming(hold: .hours(2), keepFiring: .hours(3)), severity: .ticket),
    gcPause: ConfiguredRule(
      rule: GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2),
      timing: AlertTiming(hold: .minutes(30), keepFiring: .minutes(10)), severity: .warning),
    oomKill: ConfiguredRule(
      rule: OOMKillRule(), timing: AlertTiming(hold: .zero, keepFiring: .hours(1)),
      severity: .page))

  /// In hours since the start.
  private static let storms = [30..<40, 80..<84, 120..<126]
  private static let kills = [50, 98, 150]
  private static let silences = [28..<36, 79..<90]
  private static let receiverAway = 119..<124
  private static let targetAway = 100..<103

  private static func moment(_ hours: Int) -> Timestamp { World.start + .hours(Int64(hours)) }

  private static func isWithin(_ ranges: [Range<Int>], _ step: Int) -> Bool {
    ranges.contains { $0.contains(step / hour) }
  }

  /// What three services show: one leaks, one has storms of collections, one is killed now and then.
  private static func results(_ step: Int, at now: Timestamp) -> [ScrapeResult] {
    let hours = Double(step) / Double(hour)
    return ["api", "jvm", "batch"].enumerated().map { index, name in
      if name == "api", isWithin([targetAway], step) {
        return ScrapeResult(
          service: ServiceName(name), source: .cgroup, timestamp: now, failure: "refused")
      }
      let wobble = Double((step &* 7919 &+ index &* 104_729) % 1009) * 4096
      let anon = 400e6 + (name == "api" ? hours * 3e6 : 0) + wobble
      let stormy = storms.reduce(0) {
        $0 + min(max(step - $1.lowerBound * hour, 0), $1.count * hour)
      }
      return ScrapeResult(
        service: ServiceName(name), source: .cgroup, timestamp: now,
        incarnation: Incarnation(identity: "inode", startedAt: World.start - .hours(1)),
        readings: [
          Reading(.memoryCurrent, anon + 5e7), Reading(.memoryAnon, anon),
          Reading(.memoryFile, 5e7), Reading(.memoryLimit, 4e9),
          Reading(.requestsTotal, Double(step * 600)),
          Reading(.gcPauseSecondsTotal, Double(step) + (name == "jvm" ? Double(stormy) * 60 : 0)),
        ])
    }
  }

  /// What was said and heard.
  private struct Account {
    /// The alerts' transitions, with their moments.
    var transitions: [String] = []
    /// Episodes that the Engine told of, by service, kind and status.
    var told: [Message] = []
    /// What the receiver took, in order.
    var taken: [Message] = []
    var ids: [String] = []
    /// Hours at which it took it.
    var hours: [Double] = []
    var seriesCounts: [Int] = []
    var recordBytes: [Int] = []
    var left = OutboxContent()
  }

  private struct Message: Hashable {
    var service: String
    var kind: String
    var episode: String
    var status: String
  }

  private static func live(restarts: Set<Int>) throws -> Account {
    try withTemporaryDirectory { directory in
      let world = World()
      let list = SilenceList(
        silences.enumerated().map { index, hours in
          Silence(
            id: Int64(index + 1), services: ServicePattern("jvm"), kind: nil, reason: "known",
            author: "root", begunAt: moment(hours.lowerBound), endsAt: moment(hours.upperBound))
        })
      var current = SilenceList()
      var account = Account()
      world.answers["pager"] = { request in
        if isWithin([receiverAway], Int((world.now - World.start).milliseconds / step.milliseconds))
        {
          return .failed(reason: "connection refused")
        }
        account.taken.append(message(request.body))
        account.ids.append(request.header("webhook-id") ?? "none")
        account.hours.append(world.second / 3600)
        return .answered(status: 204, retryAfter: nil, detail: nil)
      }
      let sink = WebhookSink(name: "pager", url: .literal("http://127.0.0.1/"))
      let begin = { (silences: SilenceList) throws -> (Courier, Outbox) in
        let outbox = Outbox(try StateDatabase(directory: directory, now: world.now))
        let courier = world.courier(outbox: outbox)
        courier.start(sinks: [sink], silences: silences)
        return (courier, outbox)
      }
      var engine = Engine(settings: settings)
      var (courier, outbox) = try begin(current)
      for step in 0..<steps {
        let now = world.now
        if restarts.contains(step) {
          engine = try restarted(engine, at: now)
          (courier, outbox) = try begin(current)
        }
        let silences = SilenceList(
          list.silences.filter { $0.begunAt <= now && now < $0.endsAt })
        if silences != current { courier.use(silences: silences) }
        current = silences
        var effects: [Effect] = []
        for result in results(step, at: now) { effects += engine.handle(.scraped(result), at: now) }
        if step % hour == 0, kills.contains(step / hour) {
          let kill = OOMKill(count: 1, evidence: "counted")
          effects += engine.handle(.oomKilled(ServiceName("batch"), kill), at: now)
        }
        effects += engine.handle(.evaluate, at: now)
        var alerts: [Alert] = []
        for effect in effects {
          switch effect {
          case .notify(let alert):
            alerts.append(alert)
            account.told.append(message(AlertBody.webhook(alert)))
          case .transition(let change):
            account.transitions.append(
              "\(step) \(change.key.service) \(change.key.kind.rawValue) \(change.to)")
          default: break
          }
        }
        if !alerts.isEmpty { courier.notify(alerts) }
        courier.confirm(firing: engine.firingAlerts())
        world.pass(Self.step)
        guard step % (24 * hour) == 0 else { continue }
        account.seriesCounts.append(engine.seriesCount)
        account.recordBytes.append(
          engine.serviceNames.compactMap { engine.record(of: $0)?.count }.reduce(0, +))
      }
      account.left = try outbox.content()
      return account
    }
  }

  private static func restarted(_ engine: Engine, at now: Timestamp) throws -> Engine {
    var fresh = Engine(settings: settings)
    for name in engine.serviceNames {
      _ = try fresh.restore(try #require(engine.record(of: name)), at: now)
    }
    return fresh
  }

  private static func message(_ body: [UInt8]) -> Message {
    let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    let data = object?["data"] as? [String: Any]
    let text = { (name: String) in data?[name] as? String ?? "none" }
    return Message(
      service: text("service"), kind: text("alert"), episode: text("episode"),
      status: text("status"))
  }

  /// Transitions to a state that is not the end, and those that are.
  private static func sorted(_ transitions: [String]) -> (begun: [String], ended: [String]) {
    let ended = transitions.filter { $0.hasSuffix("resolved") }
    return (transitions.filter { !$0.hasSuffix("resolved") }, ended)
  }

  /// Where verdicts are due anyway: after a restart one is made at once.
  private static let restarts = Set(
    stride(from: 6, to: steps, by: 42).map { $0 }
      // While a storm waits for its `for`, in a silence, and while the receiver is away.
      + [30 * hour + 6, 33 * hour, 81 * hour, 121 * hour, 123 * hour])

  @Test func aWeekLosesAndDoublesNothing() throws {
    let plain = try Self.live(restarts: [])
    let week = try Self.live(restarts: Self.restarts)

    // What begins, and when, is the same with restarts: no `for` begins anew. An end may come later, as
    // nobody saw what was while the daemon was away.
    let (begun, ended) = Self.sorted(week.transitions)
    let (begunBefore, endedBefore) = Self.sorted(plain.transitions)
    #expect(begun == begunBefore)
    #expect(ended.map { $0.drop { $0 != " " } } == endedBefore.map { $0.drop { $0 != " " } })
    #expect(week.transitions.count { $0.contains("api memory_growth firing") } == 1)
    #expect(week.transitions.count { $0.contains("jvm gc_pause firing") } == Self.storms.count)
    #expect(week.transitions.count { $0.contains("batch oom_kill firing") } == Self.kills.count)
    #expect(!week.transitions.contains { $0.contains("api memory_growth resolved") })

    // All that was told arrived, once, but for the storm that was silenced from its beginning to its end.
    #expect(Set(week.ids).count == week.ids.count)
    let silenced = Set(week.told.filter { $0.kind == "gc_pause" }.map(\.episode))
      .subtracting(week.taken.map(\.episode))
    #expect(silenced.count == 1)
    #expect(Set(week.taken) == Set(week.told.filter { !silenced.contains($0.episode) }))
    #expect(Set(week.taken) == Set(plain.taken))
    for (index, message) in week.taken.enumerated() where message.status == "resolved" {
      var beginning = message
      beginning.status = "firing"
      #expect(week.taken[..<index].contains(beginning))
      #expect(week.taken.count { $0 == message } == 1)
    }

    // A silence that ends lets what fires still be told; nothing reaches a receiver that is away.
    let storms = zip(week.taken, week.hours).filter { $0.0.kind == "gc_pause" }
    #expect(storms.map(\.0.status) == ["firing", "resolved", "firing", "resolved"])
    #expect(storms.first?.1 == Double(Self.silences[0].upperBound))
    #expect(
      !week.hours.contains { Self.isWithin([Self.receiverAway], Int($0 * Double(Self.hour))) })

    // Nothing is left behind but what fires, and memory is flat but for the floors of two weeks.
    #expect(week.left.waiting.isEmpty && week.left.damaged.isEmpty)
    #expect(week.left.alerts.map(\.key.kind) == [.memoryGrowth])
    #expect(week.left.told.map(\.slot.key.kind) == [.memoryGrowth])
    #expect(Set(week.seriesCounts.dropFirst()).count == 1)
    let (third, last) = (week.recordBytes[2], try #require(week.recordBytes.last))
    #expect(last < third * 2)
  }
}
