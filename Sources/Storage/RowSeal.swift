internal import LinuxSystem

/// A checksum over the cells of a row, each with its class and length, so that no turned bit and no
/// shift from one cell to the next passes for what was written.
enum RowSeal {
  /// CRC-32 of the cells, in this order.
  static func checksum(_ cells: [DatabaseValue]) -> DatabaseValue {
    var row = SealedRow(capacity: cells.reduce(0) { $0 + room(of: $1) })
    for cell in cells { row.append(cell) }
    return .integer(row.checksum)
  }

  /// The cells before the last one, if that is their checksum.
  static func opened(_ row: [DatabaseValue]) -> [DatabaseValue]? {
    let cells = Array(row.dropLast())
    return row.last == checksum(cells) ? cells : nil
  }

  /// Gives every row of a table its checksum, as a migration does.
  ///
  /// - Parameter isSound: what the older version knows of the row; one that was damaged before must
  ///   not pass for sound.
  static func sealAll(
    _ table: String, _ columns: String, in database: Database,
    where isSound: (_ cells: [DatabaseValue], _ old: DatabaseValue) -> Bool = { _, _ in true }
  ) throws(DatabaseError) {
    for row in try database.query("SELECT rowid, checksum, \(columns) FROM \(table)") {
      let cells = Array(row.dropFirst(2))
      guard isSound(cells, row[1]) else { continue }
      try database.execute(
        "UPDATE \(table) SET checksum = ? WHERE rowid = ?", [checksum(cells), row[0]])
    }
  }

  /// What a person can still read of a damaged row.
  static func words(_ names: String, _ cells: [DatabaseValue]) -> String {
    zip(names.split(separator: ", "), cells).compactMap { name, cell in
      cell.text.map { "\(name) \($0)" }
    }.joined(separator: ", ")
  }

  /// Bytes that a cell may take, with its tag and length.
  private static func room(of cell: DatabaseValue) -> Int {
    switch cell {
    case .null, .integer, .real: 16
    case .text(let text): text.utf8.count + 16
    case .blob(let bytes): bytes.count + 16
    }
  }
}
