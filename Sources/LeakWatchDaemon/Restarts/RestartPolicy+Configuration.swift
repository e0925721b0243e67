internal import Engine
internal import TimeSeries
internal import WatchConfiguration

extension RestartPolicy {
  /// What the configuration means to the plan of restarts.
  init(_ policy: Configuration.RestartPolicy) {
    self.init(name: policy.name, services: policy.services, maxUptime: policy.maxUptime)
    labels = policy.labels
    alsoOn = Set(
      policy.reasons.map { reason in
        switch reason {
        case .leak: .leak
        case .oomImminent: .oomImminent
        }
      })
    if let hours = policy.window { window = .given(hours, policy.zone ?? .utc) }
    hostSlots = policy.hostSlots
    maxShare = policy.maxShare
    settleFor = policy.settleFor
    healthURL = policy.healthURL
    healthyWithin = policy.healthyWithin
    pause = policy.pause
    deployQuiet = policy.deployQuiet
    sink = policy.sink
    isDryRun = policy.isDryRun
  }
}
