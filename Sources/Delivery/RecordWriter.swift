package import Alerting
private import LinuxSystem
package import TimeSeries

/// Where the daemon's records go: to the journal with their fields when it runs under systemd,
/// else to standard error as text.
package struct RecordWriter {
  package enum Destination: Hashable, Sendable {
    case journal, standardError
  }

  package let destination: Destination
  private let journal = Journal()
  private let writeText: (String) -> Void

  package init(
    destination: Destination = RecordWriter.suitableDestination,
    writeText: @escaping (String) -> Void = RecordWriter.writeToStandardError
  ) {
    self.destination = destination
    self.writeText = writeText
  }

  /// The journal where standard error ends in it anyway; started by hand, whoever reads standard
  /// error is the one to tell.
  package static var suitableDestination: Destination {
    Journal.ownsStandardError && Journal.exists ? .journal : .standardError
  }

  package static func writeToStandardError(_ text: String) {
    StandardError.write(text)
  }

  package func write(_ record: JournalRecord, at now: Timestamp) {
    switch destination {
    case .standardError:
      writeText("\(now.rfc3339) \(record.priority.name): \(record.message)\n")
    case .journal:
      do {
        try journal.send(record.fields.map { Journal.Field($0.name, $0.value) })
      } catch {
        writeText(Self.prefixed(record))
      }
    }
  }

  /// Text for a standard error that ends in a journal: sd-daemon(3)'s priority before each line.
  static func prefixed(_ record: JournalRecord) -> String {
    record.message.split(separator: "\n").map { "<\(record.priority.rawValue)>\($0)\n" }.joined()
  }
}
