/// A counter's recent past as rates a second: what a verdict needs of requests and collections.
///
/// A fall is a reset: the time between the two samples is a gap, because nothing tells how far the
/// counter came before it fell.
package struct RateWindow: Sendable {
  package private(set) var window: Window
  private var last: Sample?

  package init(shape: WindowShape) {
    window = Window(shape: shape, digest: .mean)
  }

  /// Takes the counter's next value.
  package mutating func append(_ sample: Sample) {
    defer { last = sample }
    guard let last, sample.value >= last.value, sample.timestamp > last.timestamp else { return }
    let seconds = (sample.timestamp - last.timestamp).seconds
    window.append(Sample(sample.timestamp, (sample.value - last.value) / seconds))
  }

  /// The clock was put back to `now`, see `Window.rewind`.
  package mutating func rewind(to now: Timestamp) {
    if let last, last.timestamp > now { self.last = nil }
    window.rewind(to: now)
  }

  /// A new life begins: the counter starts anew.
  package mutating func restart() {
    last = nil
    window.restart()
  }
}

extension RateWindow: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(window)
    writer.write(last)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    window = try reader.value()
    last = try reader.optionalValue()
  }
}
