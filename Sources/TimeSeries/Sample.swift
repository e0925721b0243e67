/// One value of one series at one moment.
package struct Sample: Hashable, Sendable {
  package var timestamp: Timestamp
  package var value: Double

  package init(_ timestamp: Timestamp, _ value: Double) {
    self.timestamp = timestamp
    self.value = value
  }
}
