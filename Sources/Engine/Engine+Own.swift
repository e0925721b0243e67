internal import Alerting
internal import Detectors
package import TimeSeries

/// What LeakWatch tells of itself, through the same alerts as of every service.
extension Engine {
  /// Also the name of its own unit's cgroup, where that is watched.
  package static let ownName = ServiceName("leakwatch")

  mutating func look(at conditions: OwnConditions, now: Timestamp) -> [Effect] {
    var effects: [Effect] = []
    for kind in AlertKind.own {
      let key = AlertKey(service: Self.ownName, kind: kind)
      var alert = ownAlerts[kind] ?? ServiceAlert()
      if let rule = settings.own[kind] {
        let outcome = RuleOutcome(
          kind: kind, finding: conditions.finding(kind, rule, at: now),
          timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: rule.severity)
        effects += alert.advance(
          outcome, key: key, service: ownService, host: settings.host, at: now,
          isWordingWished: wishedWords.contains(key))
      } else {
        effects += alert.withdraw(
          key: key, because: Self.switchedOff, service: ownService, host: settings.host, at: now)
      }
      ownAlerts[kind] = alert
    }
    return effects
  }

  private var ownService: ServiceState {
    service(Self.ownName) ?? ServiceState(description: ServiceDescription(name: Self.ownName))
  }

  /// Those that fire; nil where none does.
  package var ownRecord: [UInt8]? {
    let firing = ownAlerts.filter { $0.value.state == .firing }
    guard !firing.isEmpty else { return nil }
    return Self.record(OwnRecord(alerts: firing))
  }

  /// Takes back what fired, before the first look.
  package mutating func restore(own record: [UInt8], at now: Timestamp) throws(StateFault) {
    let restored: OwnRecord = try Self.value(record)
    ownAlerts = restored.alerts
    for kind in ownAlerts.keys { ownAlerts[kind]?.resume(at: now) }
  }
}

private struct OwnRecord: StateCodable {
  var alerts: [AlertKind: ServiceAlert]

  init(alerts: [AlertKind: ServiceAlert]) { self.alerts = alerts }

  func write(to writer: inout StateWriter) {
    writer.write(count: alerts.count)
    for (kind, alert) in alerts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      writer.write(kind)
      writer.write(alert)
    }
  }

  init(from reader: inout StateReader) throws(StateFault) {
    alerts = [:]
    for _ in 0..<(try reader.count()) {
      let kind = try reader.value(AlertKind.self)
      alerts[kind] = try reader.value(ServiceAlert.self)
    }
  }
}
