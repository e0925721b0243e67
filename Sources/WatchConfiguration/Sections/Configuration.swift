/// Everything that the configuration file decides, checked. `Configuration()` is what runs
/// without a file: every service and container of this host, alerts to the journal.
package struct Configuration: Sendable, Equatable {
  package var cgroups = Cgroups()
  /// Container id, or the first digits of one, to the name that people know it by.
  package var names: [String: String] = [:]
  package var exporters: [Exporter] = []
  package var prometheusServers: [PrometheusServer] = []
  package var windows = Windows()
  package var rules = Rules()
  package var sinks: [Sink] = []
  package var journal = Journal()
  package var status = StatusPage()
  package var host = HostIdentity()
  package var state = StateDirectory()

  package init() {}
}
