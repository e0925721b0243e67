extension JournalRecord {
  /// Said once when the state directory cannot be used, and once when a write to it fails.
  package static func stateUnavailable(reason: String) -> JournalRecord {
    JournalRecord(
      .stateUnavailable,
      message:
        "alerts that wait for delivery and the past of all services are kept in memory alone "
        + "and lost at a restart: " + reason,
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

  /// The state file could not be trusted any more, and a running daemon has written all of it anew.
  ///
  /// - Parameters:
  ///   - path: where the old one is, if its pages contradicted each other or not all of it was read.
  ///   - isWhole: whether all that it held was read before.
  package static func stateRenewed(keptAs path: String?, isWhole: Bool) -> JournalRecord {
    guard let path else {
      return JournalRecord(
        .stateAvailable,
        message: "the state file was written anew from memory, as the disk had not taken all "
          + "of the old one: nothing is lost")
    }
    return JournalRecord(
      .stateSetAside,
      message: isWhole
        ? "the state file was damaged while LeakWatch ran: it is kept as \(path), and "
          + "a new one was written from memory: nothing is lost"
        : "the state file is damaged, and not all of it could be read at the start: it is kept as "
          + "\(path), and what is known now was written into a new one",
      details: [Field("LEAKWATCH_PATH", path)])
  }

  /// Parts of the kept past that cannot be read; each in words, with whose it is.
  package static func pastDamaged(_ faults: [String]) -> JournalRecord {
    let shown = faults.prefix(5).joined(separator: "; ")
    let more = faults.count > 5 ? "; and \(faults.count - 5) more" : ""
    return JournalRecord(
      .pastDamaged,
      message: "part of the kept past is damaged and begins anew: \(shown)\(more)",
      details: [Field("LEAKWATCH_REASON", faults.joined(separator: "; "))])
  }

  /// Said once when what is known of the services cannot be written, until `pastWritten`.
  package static func pastNotWritten(reason: String) -> JournalRecord {
    JournalRecord(
      .stateUnavailable,
      message: "the windows and alerts of the services cannot be written and would be lost at a "
        + "restart: " + reason,
      details: [Field("LEAKWATCH_REASON", reason)])
  }

  package static let pastWritten = JournalRecord(
    .stateAvailable, message: "the windows and alerts of the services are on disk again")

  package static func pastNotRead(reason: String) -> JournalRecord {
    JournalRecord(
      .stateUnavailable,
      message: "the past of the services cannot be read and begins anew: "
        + reason,
      details: [Field("LEAKWATCH_REASON", reason)])
  }
}
