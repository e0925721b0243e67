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
