package import TimeSeries

extension JournalRecord {
  /// A step of a restart policy with one instance.
  package static func restart(
    _ event: JournalEvent, of service: ServiceDescription, policy: String, why: String
  ) -> JournalRecord {
    let what =
      switch event {
      case .restartBegun: "restarts now: "
      case .restartRequested: "a restart is asked for: "
      case .restartDone: "restarted: "
      case .restartFailed: "restart failed: "
      default: ""
      }
    return JournalRecord(
      event, message: "\(service.name): \(what)\(why) (restart policy \(policy))",
      details: fields(of: service) + [
        Field("LEAKWATCH_POLICY", policy), Field("LEAKWATCH_REASON", why),
      ])
  }
}
