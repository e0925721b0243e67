/// Values by signal, in one block that is hardly larger than what it holds.
///
/// A dictionary keeps up to half of its places free, each as large as a value; of windows, of which a
/// service has some ten, that is as much as the windows themselves. A search walks over the keys, which
/// lie side by side and never touches a value: to copy a window would retain all that it holds.
package struct SignalTable<Value> {
  /// In the order in which they came.
  private var keys: ContiguousArray<Signal> = []
  /// One for each key.
  private var kept: ContiguousArray<Value> = []

  package init() {}

  package var count: Int { keys.count }
  package var isEmpty: Bool { keys.isEmpty }
  /// In the order in which they came.
  package var signals: some Collection<Signal> { keys }
  package var values: some Collection<Value> { kept }

  package subscript(signal: Signal) -> Value? {
    keys.firstIndex(of: signal).map { kept[$0] }
  }

  /// Changes the value in its place; false where there is none.
  @discardableResult
  package mutating func change(_ signal: Signal, _ change: (inout Value) -> Void) -> Bool {
    guard let place = keys.firstIndex(of: signal) else { return false }
    change(&kept[place])
    return true
  }

  package mutating func changeAll(_ change: (inout Value) -> Void) {
    for place in kept.indices { change(&kept[place]) }
  }

  /// Puts a value in the place of the one before, or behind all others.
  package mutating func set(_ signal: Signal, to value: Value) {
    if change(signal, { $0 = value }) { return }
    if kept.count == kept.capacity { kept.reserveCapacity(kept.count + 2) }
    keys.append(signal)
    kept.append(value)
  }

  package mutating func removeAll(where isUnwanted: (Signal, Value) -> Bool) {
    for place in keys.indices.reversed() where isUnwanted(keys[place], kept[place]) {
      keys.remove(at: place)
      kept.remove(at: place)
    }
  }
}

extension SignalTable: Sendable where Value: Sendable {}

extension SignalTable: StateCodable where Value: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(count: count)
    for place in keys.indices {
      writer.write(keys[place])
      writer.write(kept[place])
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

extension StateWriter {
  /// The same as for every table. Named here, it is compiled for windows, of which every service has ten
  /// and more: for a type that it does not know it would copy each of them.
  package mutating func write(_ windows: SignalTable<Window>) { windows.write(to: &self) }
}
