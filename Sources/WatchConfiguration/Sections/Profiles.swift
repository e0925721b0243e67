package import TimeSeries

extension Configuration {
  /// `[profiles]`: heap profiles of the services that serve them.
  package struct Profiles: Sendable, Equatable {
    package var isEnabled = true
    /// Of all profiles together.
    package var diskBytes = 64 << 20
    /// Of all services together.
    package var mostPerHour = 12
    package var leastRoomBytes = 32 << 20
    /// A larger heap is not copied whole.
    package var mostCopiedHeapBytes = 128 << 20
    /// Whether the privileged helper is asked.
    package var usesHelper = false
    package var helperSocket = "/run/leakwatch-helper.sock"
    /// Which objects of a JVM are counted.
    package var jvmObjects = JVMObjects.live
    /// The objects of a larger one are not counted.
    package var mostPausedHeapBytes = 2 << 30
    /// A younger process is not profiled.
    package var warmUp = TimeSpan.hours(1)
    /// Least time between two that are compared.
    package var interval = TimeSpan.hours(1)
    /// How old the one from before may become.
    package var baselineInterval = TimeSpan.days(1)
    package var timeout = TimeSpan.seconds(30)
    package var maximumBodyBytes = 8 << 20

    package init() {}
  }

  /// Which objects a class histogram counts.
  package enum JVMObjects: String, Sendable, CaseIterable {
    /// Garbage is collected first.
    case live
    /// Garbage is counted too.
    case all
  }
}

extension Configuration.Profiles: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value("enabled", \.isEnabled, .boolean, "whether any profile is taken"),
      .value(
        "disk", \.diskBytes, .byteSize(in: (1 << 20)...(1 << 40)),
        "all of them together; the oldest that is not needed is dropped"),
      .value(
        "per_hour", \.mostPerHour, .integer(in: 1...10_000),
        "most of all services together; those without an alert may use half of it"),
      .value(
        "min_room", \.leastRoomBytes, .byteSize(in: 0...(1 << 40)),
        "none is taken of a service that has less left to its limit"),
      .value(
        "max_heap", \.mostCopiedHeapBytes, .byteSize(in: (1 << 20)...(1 << 40)),
        "no snapshot is taken of a larger heap: it stops the service for seconds"),
      .value(
        "helper", \.usesHelper, .boolean, "whether leakwatch-helper.socket is asked about JVMs"),
      .value("helper_socket", \.helperSocket, .path, "where the helper listens"),
      .value(
        "jvm_objects", \.jvmObjects, .choice("objects"),
        "live: a JVM collects its garbage first, and stands still for it; all: garbage is counted too"
      ),
      .value(
        "jvm_max_heap", \.mostPausedHeapBytes, .byteSize(in: (1 << 20)...(1 << 40)),
        "the objects of a JVM with a larger heap are not counted: it stands still meanwhile"),
      .value(
        "warm_up", \.warmUp, .duration(in: .zero...(.days(7))),
        "a process younger than this is not profiled"),
      .value(
        "interval", \.interval, .duration(in: .seconds(1)...(.days(1))),
        "least time between two that are compared; longer where growth is slow"),
      .value(
        "baseline_interval", \.baselineInterval, .duration(in: .seconds(1)...(.days(30))),
        "how often one is taken while nothing is suspected, so that an alert has one from before"),
      .value(
        "timeout", \.timeout, .duration(in: Intervals.timeouts), "after this a profile has failed"),
      .value(
        "body_size_limit", \.maximumBodyBytes, .byteSize(in: 1024...(64 << 20)),
        "a larger answer, as it is sent, is refused"),
    ]
  }
}
