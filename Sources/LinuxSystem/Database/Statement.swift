internal import CSQLite

/// One prepared statement of a `Database`, which must outlive its use.
@safe final class Statement {
  private let handle: OpaquePointer

  /// Takes over `handle` and finalizes it at the end.
  init(_ handle: OpaquePointer) {
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// SQLITE_ROW, SQLITE_DONE or an error code.
  func step() -> Int32 { unsafe sqlite3_step(handle) }

  /// Back to the start, without values.
  func reset() {
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }

  /// `values` for the parameters 1, 2, …; a statement of ours that has another number of them is
  /// a mistake in the source.
  func bind(_ values: [DatabaseValue]) {
    precondition(
      unsafe Int(sqlite3_bind_parameter_count(handle)) == values.count, "values per parameter")
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
  }

  /// Runs to the end with `packed` for the parameters 1, 2, …, whose texts and blobs lie in `buffer`.
  ///
  /// - Returns: what `step` answers; rows are passed over.
  func run(_ packed: PackedCells, in buffer: [UInt8]) -> Int32 {
    precondition(
      unsafe Int(sqlite3_bind_parameter_count(handle)) == packed.cells.count,
      "values per parameter")
    return unsafe buffer.withUnsafeBytes { bytes in
      for (index, cell) in packed.cells.enumerated() {
        unsafe lend(cell, of: bytes, at: Int32(index + 1))
      }
      // What was lent must not be looked at after this.
      defer { reset() }
      var code = step()
      while code == SQLITE_ROW { code = step() }
      return code
    }
  }

  /// SQLite reads the bytes where they lie (SQLITE_STATIC, which is null).
  private func lend(_ cell: PackedCells.Cell, of bytes: UnsafeRawBufferPointer, at index: Int32) {
    switch cell {
    case .null: unsafe sqlite3_bind_null(handle, index)
    case .integer(let integer): unsafe sqlite3_bind_int64(handle, index, integer)
    case .real(let real): unsafe sqlite3_bind_double(handle, index, real)
    // Without an address it would be NULL.
    case .text(let places) where places.isEmpty: bind(.text(""), at: index)
    case .text(let places):
      // With its length, so that a NUL inside stays text.
      let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[places])
      let start = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = unsafe sqlite3_bind_text64(
        handle, index, start, UInt64(text.count), nil, UInt8(SQLITE_UTF8))
    case .blob(let places) where places.isEmpty: unsafe sqlite3_bind_zeroblob(handle, index, 0)
    case .blob(let places):
      let blob = unsafe UnsafeRawBufferPointer(rebasing: bytes[places])
      _ = unsafe sqlite3_bind_blob64(handle, index, blob.baseAddress, UInt64(blob.count), nil)
    }
  }

  func row() -> [DatabaseValue] {
    unsafe (0..<sqlite3_column_count(handle)).map { column(at: $0) }
  }

  private func bind(_ value: DatabaseValue, at index: Int32) {
    // SQLITE_TRANSIENT, a cast that C macros can write and Swift cannot import: copy the bytes.
    let copy = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .null: unsafe sqlite3_bind_null(handle, index)
    case .integer(let integer): unsafe sqlite3_bind_int64(handle, index, integer)
    case .real(let real): unsafe sqlite3_bind_double(handle, index, real)
    case .text(let text):
      // With its length, so that a NUL inside stays text; an empty string is not NULL.
      _ = unsafe sqlite3_bind_text64(
        handle, index, text, UInt64(text.utf8.count), copy, UInt8(SQLITE_UTF8))
    case .blob(let bytes):
      if bytes.isEmpty {
        unsafe sqlite3_bind_zeroblob(handle, index, 0)
      } else {
        _ = unsafe sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), copy)
      }
    }
  }

  private func column(at index: Int32) -> DatabaseValue {
    switch unsafe sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: return unsafe .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT:
      guard let text = unsafe sqlite3_column_text(handle, index) else { return .null }
      let count = unsafe Int(sqlite3_column_bytes(handle, index))
      let bytes = unsafe UnsafeBufferPointer(start: text, count: count)
      return unsafe .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let count = unsafe Int(sqlite3_column_bytes(handle, index))
      guard let blob = unsafe sqlite3_column_blob(handle, index) else { return .blob([]) }
      return unsafe .blob(Array(UnsafeRawBufferPointer(start: blob, count: count)))
    default: return .null
    }
  }
}
