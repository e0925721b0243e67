package import TimeSeries

extension JournalRecord {
  /// A step of a fix that is watched.
  package static func fix(
    _ event: JournalEvent, of service: ServiceDescription, what: String, why: String
  ) -> JournalRecord {
    JournalRecord(
      event, message: "\(service.name): \(what): \(why)",
      details: fields(of: service) + [Field("LEAKWATCH_REASON", why)])
  }
}
