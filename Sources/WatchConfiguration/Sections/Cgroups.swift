package import TimeSeries

extension Configuration {
  /// `[cgroups]`: the services and containers that the kernel accounts for.
  package struct Cgroups: Sendable, Equatable {
    package var isEnabled = true
    /// The mount of the cgroup tree; nil where LeakWatch finds it by itself.
    package var root: String?
    package var interval = TimeSpan.seconds(60)
    /// Globs on the path below the root, without its leading slash. Empty: all.
    package var include: [String] = []
    package var exclude: [String] = []

    package init() {}
  }
}

extension Configuration.Cgroups: ConfigurationSection {
  static var blank: Self { Self() }

  static var keys: [KeySpecification<Self>] {
    [
      .value("enabled", \.isEnabled, .boolean, "whether services and containers are watched"),
      .optional(
        "root", \.root, .path, absent: "found by itself",
        "where the cgroup tree is mounted, version 1 or 2"),
      .value(
        "interval", \.interval, .duration(in: Intervals.allowed),
        "how often every cgroup is read; the CPU it costs grows as this shrinks"),
      .value(
        "include", \.include, ValueGrammar.glob.list(),
        "patterns on the path below the root; empty: every service and container"),
      .value(
        "exclude", \.exclude, ValueGrammar.glob.list(),
        "patterns for what is left out, also if `include` names it"),
    ]
  }
}
