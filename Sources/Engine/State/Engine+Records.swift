internal import Alerting
package import TimeSeries

/// What the Engine knows as bytes, service by service: written now and then, read at the start.
///
/// A record begins with its format, 4; format 1 had no evidence, format 2 no builds, format 3 no fixes and
/// no programs. Scrapes that came after it are handed to the Engine again; it takes each only once,
/// because windows refuse what is not later than their newest sample.
extension Engine {
  private static let format: UInt8 = 4

  /// How many empty fields a service's record of an older format lacks at its end.
  private static let missing: [UInt8: Int] = [1: 5, 2: 4, 3: 2]

  package var serviceNames: [ServiceName] { services.map(\.description.name) }

  /// Groups of replicas whose alert is not at rest.
  package var groupNames: [ServiceName] {
    groups.filter { $0.value.alert.state != .inactive }.keys.sorted()
  }

  /// nil where the service is not known.
  package func record(of name: ServiceName) -> [UInt8]? { service(name).map(Self.record) }

  /// The growth alert that a group of replicas shares; nil where there is none.
  package func record(ofGroup name: ServiceName) -> [UInt8]? {
    groups[name].map { Self.record($0.alert) }
  }

  /// Takes back a service. Windows of another shape than the settings', and what is over the bound
  /// on memory, are left out; alerts that fire go on.
  ///
  /// - Parameter now: alerts count the time before it as unobserved.
  package mutating func restore(
    _ record: [UInt8], at now: Timestamp
  ) throws(StateFault) -> ServiceDescription {
    // What an older format ends before is none: the evidence, two lists of builds, the fix, the
    // programs.
    let missing = [UInt8](repeating: 0, count: record.first.map { Self.missing[$0] ?? 0 } ?? 0)
    var state: ServiceState = try Self.value(record + missing)
    // What does not answer still is said again: how long it has been so is not known any more.
    for source in state.sources.keys { state.sources[source]?.isUp = true }
    for kind in state.alerts.keys { state.alerts[kind]?.resume(at: now) }
    adopt(restored: state)
    return state.description
  }

  /// Takes back the alert of a group of replicas, before the first evaluation.
  package mutating func restore(
    group name: ServiceName, _ record: [UInt8], at now: Timestamp
  ) throws(StateFault) {
    var alert: ServiceAlert = try Self.value(record)
    alert.resume(at: now)
    groups[name] = ReplicaAlert(alert: alert)
  }

  /// Of a young service, without growing; windows of days take some kilobytes more.
  private static let usualBytes = 2048

  static func record(_ value: some StateCodable) -> [UInt8] {
    var writer = StateWriter(capacity: usualBytes)
    writer.write(format)
    writer.write(value)
    return writer.bytes
  }

  static func value<Value: StateCodable>(
    _ record: [UInt8]
  ) throws(StateFault) -> Value {
    var reader = StateReader(record)
    let found = try reader.byte()
    guard found <= format else { throw .newer(format: found) }
    let value = try reader.value(Value.self)
    guard reader.isAtEnd else { throw reader.fault("end") }
    return value
  }
}
