/// The name under which people know a service: "api", "payments/web-7d4f/app", "postgresql@15-main".
package struct ServiceName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var text: String

  package init(_ text: String) {
    self.text = text
  }

  package var description: String { text }

  package static func < (left: ServiceName, right: ServiceName) -> Bool { left.text < right.text }
}

/// One life of a service: from a start to the next restart, redeployment or OOM kill.
///
/// Two results with different incarnations never share a trend: a restart is not a drop in memory.
package struct Incarnation: Hashable, Sendable {
  /// Whatever tells this life from the next: cgroup inode and invocation id, or process start time.
  package var identity: String
  /// When this life began; nil where nothing tells.
  package var startedAt: Timestamp?

  package init(identity: String, startedAt: Timestamp?) {
    self.identity = identity
    self.startedAt = startedAt
  }
}

/// One value of one series of a service.
package struct Reading: Hashable, Sendable {
  package var signal: Signal
  /// Tells apart series of the same signal that may not be added before a rate is taken
  /// (collectors of a JVM); 0 where the signal has one series.
  package var seriesKey: UInt64
  package var value: Double

  package init(_ signal: Signal, _ value: Double, seriesKey: UInt64 = 0) {
    self.signal = signal
    self.value = value
    self.seriesKey = seriesKey
  }
}

/// Where a result came from. A service may have several sources, each judged up or down by itself.
package enum ScrapeSource: Hashable, Sendable {
  case cgroup
  /// The target's address with secrets removed.
  case exporter(String)
  /// The server's address with secrets removed.
  case prometheus(String)
  case trace
}

/// What one scrape of one source of one service brought. A failure is `isUp == false` and no
/// readings: a gap, never a zero.
package struct ScrapeResult: Sendable {
  package var service: ServiceName
  package var source: ScrapeSource
  package var timestamp: Timestamp
  /// nil where this source cannot tell (an exporter without a start time).
  package var incarnation: Incarnation?
  /// nil where this source tells nothing of it. Not kept on disk: the next scrape tells it again.
  package var build: BuildMarks?
  package var isUp: Bool
  /// Why the scrape failed, in words for a person; nil when it is up.
  package var failure: String?
  package var readings: [Reading]

  package init(
    service: ServiceName, source: ScrapeSource, timestamp: Timestamp, incarnation: Incarnation?,
    build: BuildMarks? = nil, readings: [Reading]
  ) {
    self.service = service
    self.source = source
    self.timestamp = timestamp
    self.incarnation = incarnation
    self.build = build
    self.isUp = true
    self.failure = nil
    self.readings = readings
  }

  /// A scrape that failed: a gap with its reason.
  package init(
    service: ServiceName, source: ScrapeSource, timestamp: Timestamp, failure: String
  ) {
    self.service = service
    self.source = source
    self.timestamp = timestamp
    self.incarnation = nil
    self.isUp = false
    self.failure = failure
    self.readings = []
  }
}

/// Facts about a service that do not change from scrape to scrape, for the journal and the alert.
package struct ServiceDescription: Hashable, Sendable {
  package var name: ServiceName
  /// Path below the cgroup root, "/system.slice/api.service"; nil for exporters alone.
  package var cgroupPath: String?
  /// The systemd unit, "api.service", for OBJECT_SYSTEMD_UNIT; nil where there is none.
  package var unit: String?
  package var invocationID: String?
  /// "jvm (Micrometer)", "go", …; nil while not recognised.
  package var runtime: String?
  /// Where the hierarchy is that `cgroupPath` is below, "/sys/fs/cgroup/memory" on v1; nil until a sweep has
  /// told it. Part of no record: the next start may find another.
  package var cgroupRoot: String?

  package init(
    name: ServiceName, cgroupPath: String? = nil, unit: String? = nil, invocationID: String? = nil,
    runtime: String? = nil
  ) {
    self.name = name
    self.cgroupPath = cgroupPath
    self.unit = unit
    self.invocationID = invocationID
    self.runtime = runtime
  }
}
