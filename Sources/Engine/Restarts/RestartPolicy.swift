package import Alerting
package import TimeSeries

/// Which services may be restarted, why, when and how carefully.
package struct RestartPolicy: Hashable, Sendable {
  package enum Trigger: String, CaseIterable, Hashable, Sendable {
    case maxUptime = "max_uptime"
    /// The growth alert of the service fires.
    case leak
    case oomImminent = "oom_imminent"
  }

  package enum Window: Hashable, Sendable {
    case given(DayWindow, TimeZoneRules)
    /// The quietest hours of the last seven days, by the request counters.
    case found
  }

  package var name: String
  /// Empty: all of those that have the labels.
  package var services: [ServicePattern]
  /// What the labels of an instance must match, by name.
  package var labels: [String: LabelPattern] = [:]
  /// nil: age is no reason.
  package var maxUptime: TimeSpan?
  /// Other reasons: `leak`, `oomImminent`.
  package var alsoOn: Set<Trigger> = []
  package var window = Window.found
  /// Into how many parts the window is divided among hosts; each host has one, by its name.
  package var hostSlots = 1
  /// Most instances at one time, as a share of all that the policy is about; one is always allowed.
  package var maxShare = 0.25
  /// How long memory must rest before an instance counts as settled.
  package var settleFor = TimeSpan.minutes(2)
  package var healthyWithin = TimeSpan.minutes(10)
  /// Between an instance that is healthy again and the next one.
  package var pause = TimeSpan.minutes(5)
  /// For so long after somebody else restarted an instance a deploy is thought to be under way.
  package var deployQuiet = TimeSpan.minutes(15)
  /// Asked after a restart; "{instance}" stands for what follows the "@" of the unit.
  package var healthURL: String?
  /// Whoever restarts in our place is asked through this sink; nil: systemd restarts the unit.
  package var sink: String?
  package var isDryRun = true

  package init(name: String, services: [ServicePattern], maxUptime: TimeSpan? = nil) {
    self.name = name
    self.services = services
    self.maxUptime = maxUptime
  }

  package func isAbout(_ subject: RestartSubject) -> Bool {
    (services.isEmpty || services.contains { $0.matches(subject.service) })
      && labels.allSatisfy { $1.matches(subject.labels[$0] ?? "") }
  }

  /// Share of the period over which due times are spread, so that nothing falls due together.
  static let spread = 0.15

  /// When an instance is due for its age: before `maxUptime` by a part of the spread that its name
  /// and its host decide.
  func dueAt(_ service: ServiceName, host: String, lifeBegan: Timestamp) -> Timestamp? {
    maxUptime.map { period in
      let early = Self.spread * Self.share(of: "\(host)/\(service.text)") * period.seconds
      return lifeBegan + period - .seconds(early)
    }
  }

  /// Where a host's part of the window is.
  func slot(of host: String) -> Int { Int(Self.share(of: host) * Double(hostSlots)) }

  /// 0 up to, not including, 1; MurmurHash3's final mix over FNV-1a.
  private static func share(of text: String) -> Double {
    var hash = FNV1a.hash(text)
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return Double((hash ^ hash >> 33) >> 11) / 9_007_199_254_740_992
  }
}
