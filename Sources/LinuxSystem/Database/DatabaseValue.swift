/// A value of one cell, in SQLite's five storage classes.
package enum DatabaseValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// The integer; nil for any other class.
  package var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The number; an integer counts, since SQLite stores 1.0 as 1 where it may.
  package var real: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  package var text: String? {
    if case .text(let value) = self { value } else { nil }
  }

  package var blob: [UInt8]? {
    if case .blob(let value) = self { value } else { nil }
  }

  /// `.null` for nil: an unknown value stays unknown on disk.
  package static func optional(_ text: String?) -> DatabaseValue {
    text.map(DatabaseValue.text) ?? .null
  }
}
