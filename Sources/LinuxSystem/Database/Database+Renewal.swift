private import Glibc

/// How the new file of `renew` comes into its place: complete files have a name of their own, and one
/// that is there wins over what stands in its place.
extension Database {
  static let draftSuffix = ".draft"
  static let completeSuffix = ".new"

  /// Ends a renewal that was cut short by a crash: puts the complete new file of `path`, if there is one,
  /// in its place, and removes a draft. For a database that is not open.
  package static func finishRenewal(path: String) throws(SystemError) {
    try remove(path: path + draftSuffix)
    let complete = path + completeSuffix
    guard try exists(complete) else { return }
    // Nothing ties a log to its file: the old one, beside the new file, would be taken for its own.
    for companion in companions { try remove(file: path + companion) }
    try WholeFile.syncFolder(of: path)
    guard unsafe rename(complete, path) == 0 else { throw .last("rename", on: complete) }
    try WholeFile.syncFolder(of: path)
  }

  /// A draft that is closed and on disk gets the name of a complete file.
  static func markComplete(draft: String, of path: String) throws(SystemError) {
    let complete = path + completeSuffix
    guard unsafe rename(draft, complete) == 0 else { throw .last("rename", on: draft) }
    try WholeFile.syncFolder(of: path)
  }

  /// Removes a database that is not needed, with its log and the log's index.
  static func remove(path: String) throws(SystemError) {
    for suffix in companions + [""] { try remove(file: path + suffix) }
  }

  /// The log and its index.
  private static let companions = ["-wal", "-shm"]

  private static func remove(file: String) throws(SystemError) {
    if unsafe unlink(file) != 0, errno != ENOENT { throw .last("unlink", on: file) }
  }

  private static func exists(_ file: String) throws(SystemError) -> Bool {
    if unsafe access(file, F_OK) == 0 { return true }
    if errno == ENOENT { return false }
    throw .last("access", on: file)
  }
}
