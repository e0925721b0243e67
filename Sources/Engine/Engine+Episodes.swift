package import Alerting
package import TimeSeries

/// What the history of alerts asks of an alert while it fires.
extension Engine {
  /// How fast memory grows by what the alert's rule found last, bytes a day; nil where it says nothing.
  package func slope(of key: AlertKey) -> Double? {
    members(of: key.service).compactMap { $0.growth[key.kind]?.slopeBytesPerDay }.max()
  }

  /// Whether a source of the service, or of one of these replicas, tells one life from the next.
  package func tellsLives(of name: ServiceName) -> Bool {
    members(of: name).contains { state in
      state.sources.values.contains { $0.incarnation != nil }
    }
  }

  /// The service of that name, or the replicas that share it.
  private func members(of name: ServiceName) -> [ServiceState] {
    if let state = service(name) { return [state] }
    return groups[name]?.members.map { services[$0] } ?? []
  }
}
