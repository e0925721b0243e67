/// The cells of one row whose texts and blobs lie in one buffer: a row of a dozen cells is lent to SQLite
/// as it stands, without a copy and an allocation for each.
package struct PackedCells: Sendable {
  package enum Cell: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// Places of UTF-8 in the buffer.
    case text(Range<Int>)
    /// Places of its bytes in the buffer.
    case blob(Range<Int>)
  }

  /// In the order of the statement's parameters.
  package var cells: [Cell] = []

  package init() {}
}
