internal import Alerting
internal import LinuxSystem
internal import TimeSeries

/// Where events are told: the journal where there is one, and standard error wherever that does
/// not end in the journal anyway, because then a person has started the daemon by hand.
final class EventLog {
  private let journal: Journal?
  private let printsToStandardError: Bool

  /// - Parameter wantsJournal: false sends everything to standard error alone.
  init(wantsJournal: Bool) {
    journal = wantsJournal && Journal.exists ? Journal() : nil
    printsToStandardError = journal == nil || !Journal.ownsStandardError
  }

  /// "the journal", "standard error" or both, for the first line that is said.
  var destinationName: String {
    switch (journal, printsToStandardError) {
    case (nil, _): "standard error"
    case (.some, false): "the journal"
    case (.some, true): "the journal and standard error"
    }
  }

  func tell(_ record: JournalRecord) {
    var isTold = false
    if let journal {
      let fields = record.fields.map { Journal.Field($0.name, $0.value) }
      isTold = (try? journal.send(fields)) != nil
    }
    if printsToStandardError || !isTold { print(record) }
  }

  private func print(_ record: JournalRecord) {
    // Under a service manager a line gets its priority from this prefix (sd-daemon(3)).
    let lead =
      Journal.ownsStandardError
      ? "<\(record.priority.rawValue)>"
      : "\(SystemClock.wallTime().rfc3339) \(record.priority.name): "
    StandardError.write(lead + record.message + "\n")
  }
}
