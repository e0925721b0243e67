/// In which row of a table each thing stands. The table has no index: of thousands of alerts each row would
/// change a page of it somewhere else, and what stands there is few enough to be known by heart.
struct RowPlaces<Key: Hashable> {
  private var numbers: [Key: Int64] = [:]
  /// The highest number so far, of rows that cannot be read too.
  private var last: Int64 = 0

  /// No other row gets this number.
  mutating func reserve(_ number: Int64) { last = max(last, number) }

  mutating func reserveCapacity(_ added: Int) { numbers.reserveCapacity(numbers.count + added) }

  /// What stands in a row on disk.
  mutating func note(_ key: Key, in number: Int64) {
    reserve(number)
    numbers[key] = number
  }

  /// The row of `key`, or else a new one at the end.
  mutating func take(_ key: Key) -> (number: Int64, isNew: Bool) {
    // Most are new: the key is hashed once.
    guard let number = numbers.updateValue(last + 1, forKey: key) else {
      last += 1
      return (last, true)
    }
    numbers[key] = number
    return (number, false)
  }

  func contains(_ key: Key) -> Bool { numbers[key] != nil }

  subscript(key: Key) -> Int64? { numbers[key] }

  /// The row that goes; nil for an unknown key.
  mutating func remove(_ key: Key) -> Int64? { numbers.removeValue(forKey: key) }
}
