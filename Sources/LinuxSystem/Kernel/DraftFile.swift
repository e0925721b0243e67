private import Glibc

/// A file that grows piece by piece and gets its name when it is whole, for the owner's eyes alone.
/// One that is not kept is removed, at the latest with this object.
package final class DraftFile {
  private let draft: String
  private var descriptor: Int32
  package private(set) var bytes: Int64 = 0

  /// - Parameter path: what it is called meanwhile is this with `WholeFile.draftSuffix`.
  package init(_ path: String) throws(SystemError) {
    draft = path + WholeFile.draftSuffix
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o600)
    if descriptor < 0 { throw .last("open", on: draft) }
  }

  deinit { discard() }

  package func append(_ piece: [UInt8]) throws(SystemError) {
    try WholeFile.writeAll(piece, to: descriptor, subject: draft)
    bytes += Int64(piece.count)
  }

  /// Puts it at `path`, in the same folder, and returns when it would outlive a loss of power.
  package func keep(at path: String) throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw .last("fsync", on: draft) }
    guard unsafe rename(draft, path) == 0 else { throw .last("rename", on: path) }
    close(descriptor)
    descriptor = -1
    try WholeFile.syncFolder(of: path)
  }

  package func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unsafe unlink(draft)
  }
}
