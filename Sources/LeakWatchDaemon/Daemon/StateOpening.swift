internal import Alerting
internal import LinuxSystem
internal import Storage
internal import WatchConfiguration

/// The state on disk, or the reason why there is none.
struct StateOpening {
  /// The file that the others share.
  let database: StateDatabase?
  let outbox: Outbox?
  let past: PastStore?
  let silences: SilenceStore?
  let history: HistoryStore?
  let restarts: RestartStore?
  /// What must be told of it.
  let records: [JournalRecord]
  /// Why there is none; nil where there is.
  let trouble: String?

  /// Whether somebody asked for a state: without one, that there is none is no news.
  static func isAskedFor(_ configuration: Configuration) -> Bool {
    configuration.state.directory != nil || HostFacts.environment("STATE_DIRECTORY") != nil
      || !configuration.sinks.isEmpty
  }

  static func directory(_ configuration: Configuration) -> String {
    if let configured = configuration.state.directory { return configured }
    // A unit may have several state directories, separated by colons; the first one is ours.
    let given = HostFacts.environment("STATE_DIRECTORY")?.split(separator: ":").first
    return given.map(String.init) ?? "/var/lib/leakwatch"
  }

  init(_ configuration: Configuration) {
    let directory = Self.directory(configuration)
    do {
      let database = try StateDatabase(directory: directory, now: SystemClock.wallTime())
      self.database = database
      outbox = Outbox(database)
      past = PastStore(database)
      silences = SilenceStore(database)
      history = HistoryStore(database)
      restarts = RestartStore(database)
      records = database.setAside.map { [JournalRecord.stateSetAside(path: $0)] } ?? []
      trouble = nil
    } catch {
      database = nil
      outbox = nil
      past = nil
      silences = nil
      history = nil
      restarts = nil
      records = [.stateUnavailable(reason: error.description)]
      trouble = error.description
    }
  }
}
