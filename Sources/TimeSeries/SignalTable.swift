/// Values by signal, in one block that is hardly larger than what it holds.
///
/// A dictionary keeps up to half of its places free, each as large as a value; of windows, of which a
/// service has some ten, that is as much as the windows themselves. A search walks over the keys.
package struct SignalTable<Value> {
  fileprivate struct Entry {
    let signal: Signal
    var value: Value
  }

  private var entries: ContiguousArray<Entry> = []

  package init() {}

  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }
  /// In the order in which they came.
  package var signals: some Collection<Signal> { entries.lazy.map(\.signal) }
  package var values: some Collection<Value> { entries.lazy.map(\.value) }

  package subscript(signal: Signal) -> Value? {
    place(of: signal).map { entries[$0].value }
  }

  /// Changes the value in its place; false where there is none.
  @discardableResult
  package mutating func change(_ signal: Signal, _ change: (inout Value) -> Void) -> Bool {
    guard let place = place(of: signal) else { return false }
    change(&entries[place].value)
    return true
  }

  package mutating func changeAll(_ change: (inout Value) -> Void) {
    for place in entries.indices { change(&entries[place].value) }
  }

  /// Puts a value in the place of the one before, or behind all others.
  package mutating func set(_ signal: Signal, to value: Value) {
    if change(signal, { $0 = value }) { return }
    if entries.count == entries.capacity { entries.reserveCapacity(entries.count + 2) }
    entries.append(Entry(signal: signal, value: value))
  }

  /// By index: whoever is handed the entries is handed a copy of each window.
  private func place(of signal: Signal) -> Int? {
    var place = 0
    while place < entries.count {
      if entries[place].signal == signal { return place }
      place += 1
    }
    return nil
  }

  package mutating func removeAll(where isUnwanted: (Signal, Value) -> Bool) {
    entries.removeAll { isUnwanted($0.signal, $0.value) }
  }
}

extension SignalTable: Sendable where Value: Sendable {}
extension SignalTable.Entry: Sendable where Value: Sendable {}

extension SignalTable: StateCodable where Value: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(count: count)
    var place = 0
    while place < entries.count {
      writer.write(entries[place].signal)
      writer.write(entries[place].value)
      place += 1
    }
  }

  /// Of a signal that stands there twice the last value counts.
  package init(from reader: inout StateReader) throws(StateFault) {
    for _ in 0..<(try reader.count()) {
      let signal = try reader.value(Signal.self)
      set(signal, to: try reader.value(Value.self))
    }
  }
}
