package import Alerting
package import TimeSeries

extension Configuration {
  /// `[[restart_policy]]`: which services may be restarted, why, when and how carefully.
  package struct RestartPolicy: Sendable, Equatable {
    /// Reasons beside age.
    package enum Reason: String, CaseIterable, Sendable {
      case leak
      case oomImminent = "oom_imminent"
    }

    package var name: String
    /// Empty: all of those that have the labels.
    package var services: [ServicePattern] = []
    package var labels: [String: LabelPattern] = [:]
    /// nil: age is no reason.
    package var maxUptime: TimeSpan?
    package var reasons: [Reason] = []
    /// nil: found in the request counters.
    package var window: DayWindow?
    /// A name of the system's zones; "local": the host's own.
    package var timeZone = Self.localZone
    /// What the zone says, once its file was read.
    package var zone: TimeZoneRules?
    package var hostSlots = 1
    package var maxShare = 0.25
    package var settleFor = TimeSpan.minutes(2)
    package var healthURL: String?
    package var healthyWithin = TimeSpan.minutes(10)
    package var pause = TimeSpan.minutes(5)
    package var deployQuiet = TimeSpan.minutes(15)
    /// nil: systemd restarts the unit.
    package var sink: String?
    package var isDryRun = true

    package static let localZone = "local"

    package init(name: String) { self.name = name }
  }
}

extension Configuration.RestartPolicy: ConfigurationSection {
  static var blank: Self { Self(name: "") }

  static var keys: [KeySpecification<Self>] { subjectKeys + timeKeys + careKeys }

  private static var subjectKeys: [KeySpecification<Self>] {
    [
      .required("name", \.name, .identifier, "the name of this policy in records and answers"),
      .value(
        "services", \.services, ValueGrammar.servicePattern.list(),
        "services by name, with * and ?; each belongs to the first policy that is about it"),
      .value(
        "labels", \.labels, .labelPatterns,
        "labels that an instance must have in the list that names it; all must match"),
      .optional(
        "max_uptime", \.maxUptime, .duration(in: .seconds(1)...(.days(3650))),
        absent: "age is no reason",
        "an instance is due before it is as old; up to 15 % earlier, spread by its name"),
      .value(
        "on", \.reasons, ValueGrammar.choice("reason").list(),
        "other reasons: growth that was confirmed, a limit that is reached soon"),
      .value(
        "dry_run", \.isDryRun, .boolean,
        "true only tells what would be done; false does it"),
      .optional(
        "sink", \.sink, .identifier, absent: "systemd restarts the unit",
        "a webhook sink whose receiver restarts in LeakWatch's place"),
    ]
  }

  private static var timeKeys: [KeySpecification<Self>] {
    [
      .optional(
        "window", \.window, .dayWindow, absent: "the three quietest hours of the last seven days",
        "the time of day at which restarts may begin; it may go over midnight"),
      .value(
        "time_zone", \.timeZone, .timeZone,
        "the place whose clocks `window` follows; \"local\": this host's"),
      .value(
        "host_slots", \.hostSlots, .integer(in: 1...96),
        "into how many parts the window is divided among hosts; a hash of the host's name picks one"
      ),
    ]
  }

  private static var careKeys: [KeySpecification<Self>] {
    [
      .value(
        "max_share", \.maxShare, .number(in: 0...1),
        "most instances at one time, as a share of all; one of each service, and one in all, may"),
      .value(
        "settle", \.settleFor, .duration(in: Intervals.holds),
        "how long memory must rest before an instance counts as settled"),
      .optional(
        "health_url", \.healthURL, .healthURL, absent: "not asked",
        "must answer 2xx after a restart; \"{instance}\" is what follows the \"@\" of the unit"),
      .value(
        "healthy_within", \.healthyWithin, .duration(in: .seconds(1)...(.days(1))),
        "an instance that is not well by then stops the roll"),
      .value(
        "pause", \.pause, .duration(in: Intervals.holds),
        "between an instance that is well again and the next one"),
      .value(
        "deploy_quiet", \.deployQuiet, .duration(in: Intervals.holds),
        "for so long after somebody else restarted an instance nothing is restarted"),
    ]
  }

  func check(_ given: GivenKeys, log: inout DiagnosticLog) {
    checkSubjects(given, log: &log)
    if given.areSound("max_uptime", "on"), maxUptime == nil, reasons.isEmpty {
      log.error(
        at: given.position,
        "nothing would ever be due; give max_uptime = \"7d\", or on = [\"leak\"]")
    }
    if given.areSound("window"), window == nil, given.has("time_zone") {
      log.warning(
        at: given.keyPosition(of: "time_zone"), "\"time_zone\" has no effect without \"window\"")
    }
  }
}

extension Configuration.RestartPolicy {
  private func checkSubjects(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("services", "labels", "sink"), services.isEmpty else { return }
    if labels.isEmpty {
      log.error(
        at: given.position(of: "services"), "say which services: services = [\"api-*\"], or labels")
    } else if sink == nil {
      log.error(
        at: given.position(of: "labels"),
        "labels alone need a sink: polkit's rule names units, which only services tells")
    }
  }
}

/// What the policies say together and with the sinks.
extension Configuration {
  func checkRestartPolicies(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("restart_policy") else { return }
    for (index, policy) in restartPolicies.enumerated() {
      guard let element = given.element(index, of: "restart_policy") else { continue }
      if let first = restartPolicies[..<index].firstIndex(where: { $0.name == policy.name }),
        let earlier = given.element(first, of: "restart_policy")
      {
        log.error(
          at: element.position(of: "name"),
          "another [[restart_policy]] has the name \(quoted(policy.name)) already, in line "
            + "\(earlier.position(of: "name").line)")
      }
      guard let wanted = policy.sink, given.areSound("sink") else { continue }
      let place = element.position(of: "sink")
      switch sinks.first(where: { $0.name == wanted })?.type {
      case .webhook: break
      case let type?:
        log.error(
          at: place,
          "the sink \(quoted(wanted)) is of type \"\(type.rawValue)\"; a restart is asked for through "
            + "a webhook alone")
      case nil:
        let near = NearestName.of(wanted, among: sinks.map(\.name))
        let advice = near.map { "; did you mean \"\($0)\"?" } ?? ""
        log.error(at: place, "there is no [[sink]] with the name \(quoted(wanted))\(advice)")
      }
    }
  }
}
