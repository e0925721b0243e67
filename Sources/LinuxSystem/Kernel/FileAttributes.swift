private import Glibc
package import TimeSeries

/// What stat(2) says of a file, as far as anybody here asks.
package struct FileAttributes: Hashable, Sendable {
  package var inode: UInt64
  package var isDirectory: Bool
  /// Neither a directory nor a device, socket or pipe.
  package var isOrdinary: Bool
  /// Of a directory on cgroupfs, ext4 or tmpfs: 2 and one more for each subdirectory. Some file
  /// systems (btrfs, overlayfs) always say 1.
  package var linkCount: UInt64
  /// Bytes, of an ordinary file.
  package var size: Int64
  package var modifiedAt: Timestamp
  package var changedAt: Timestamp

  /// Follows a symbolic link.
  package init(of path: String) throws(SystemError) {
    var raw = stat()
    if unsafe stat(path, &raw) != 0 { throw .last("stat", on: path) }
    self.init(raw)
  }

  /// Of a symbolic link itself.
  package init(ofLink path: String) throws(SystemError) {
    var raw = stat()
    if unsafe lstat(path, &raw) != 0 { throw .last("lstat", on: path) }
    self.init(raw)
  }

  private init(_ raw: stat) {
    inode = UInt64(raw.st_ino)
    isDirectory = raw.st_mode & S_IFMT == S_IFDIR
    isOrdinary = raw.st_mode & S_IFMT == S_IFREG
    linkCount = UInt64(raw.st_nlink)
    size = Int64(raw.st_size)
    modifiedAt = Self.timestamp(raw.st_mtim)
    changedAt = Self.timestamp(raw.st_ctim)
  }

  private static func timestamp(_ moment: timespec) -> Timestamp {
    Timestamp(milliseconds: Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000)
  }
}
