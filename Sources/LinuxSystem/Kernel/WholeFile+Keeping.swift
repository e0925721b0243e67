private import Glibc

extension WholeFile {
  /// Puts `bytes` at `path` in one step, for the owner's eyes alone, and returns when they would
  /// outlive a loss of power: whoever reads there finds all of it or nothing.
  /// - Throws: EACCES, ENOSPC, EROFS, … with the call and the path; nothing is left behind then.
  package static func keep(_ bytes: [UInt8], at path: String) throws(SystemError) {
    let draft = path + draftSuffix
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else { throw .last("open", on: draft) }
    do throws(SystemError) {
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor, subject: draft)
      guard fsync(descriptor) == 0 else { throw .last("fsync", on: draft) }
      guard unsafe rename(draft, path) == 0 else { throw .last("rename", on: path) }
    } catch {
      unsafe unlink(draft)
      throw error
    }
    try syncFolder(of: path)
  }

  /// What a file is called while it is written.
  package static let draftSuffix = ".new"

  /// A file that is not there any more is no error.
  package static func remove(_ path: String) throws(SystemError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw .last("unlink", on: path) }
  }

  /// Makes a folder that only its owner may enter; one that is there stays as it is.
  package static func makeFolder(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw .last("mkdir", on: path) }
  }

  /// The new name itself must outlive a loss of power.
  static func syncFolder(of path: String) throws(SystemError) {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", on: folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last("fsync", on: folder) }
  }
}
