extension JournalRecord {
  /// Said once when the state directory cannot be used, and once when a write to it fails.
  package static func stateUnavailable(reason: String) -> JournalRecord {
    JournalRecord(
      .stateUnavailable,
      message: "alerts that wait for delivery are kept in memory alone and lost at a restart: "
        + reason,
      details: [Field("LEAKWATCH_REASON", reason)])
  }

  /// A damaged state file was moved to `path`.
  package static func stateSetAside(path: String) -> JournalRecord {
    JournalRecord(
      .stateSetAside,
      message: "the state file was damaged: it is kept as \(path) and a new one begun; alerts that "
        + "waited for delivery in it are not sent",
      details: [Field("LEAKWATCH_PATH", path)])
  }
}
