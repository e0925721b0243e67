package import TimeSeries

/// What one sweep over all cgroups brought.
package struct CgroupSweep: Sendable {
  /// One for each service that the memory controller accounts for.
  package var results: [ScrapeResult] = []
  /// New services, and known ones of which something changed (a restart's invocation id).
  package var appeared: [ServiceDescription] = []
  package var ended: [ServiceName] = []
  package var oomKills: [CgroupOOMKill] = []
  /// Things to tell a person, each once and not in every sweep.
  package var problems: [String] = []

  package init() {}
}
