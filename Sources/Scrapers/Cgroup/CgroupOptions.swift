/// Where to look for cgroups and what to call them. Every place is a parameter, so that a test
/// or a container brings its own.
package struct CgroupOptions: Sendable {
  /// The cgroup mount point; nil finds it in `/proc/self/mountinfo`.
  package var root: String?
  /// Globs over paths without the leading slash; empty takes every service and container.
  package var include: [String] = []
  package var exclude: [String] = []
  /// Container id, or its beginning, to the name that people know it by.
  package var containerNames: [String: String] = [:]

  package var procDirectory = "/proc"
  /// kubelet's links `<pod>_<namespace>_<container>-<id>.log`.
  package var containerLogDirectory = "/var/log/containers"
  /// systemd's links `invocation:<unit>`.
  package var unitsDirectory = "/run/systemd/units"

  /// How many descriptors may be kept open; nil takes the process's limit less what the rest of
  /// the daemon needs.
  package var descriptorBudget: Int?
  /// Cgroups that are looked at, services or not. A bound on memory against a user who makes them
  /// without end.
  package var maximumGroups = 65_536

  package init() {}
}
