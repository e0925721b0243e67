private import Glibc

extension Database {
  /// Moves a closed database out of the way under `path` + `suffix`, with the write-ahead log and
  /// its index beside it, since committed pages may stand in the log alone. Replaces whatever has
  /// that name. Throws what rename(2) answered for the database itself.
  package static func setAside(path: String, suffix: String) throws(SystemError) {
    guard unsafe rename(path, path + suffix) == 0 else { throw .last("rename", on: path) }
    for companion in ["-wal", "-shm"] {
      // SQLite removes these at an orderly close: most often there are none.
      _ = unsafe rename(path + companion, path + suffix + companion)
    }
  }
}
