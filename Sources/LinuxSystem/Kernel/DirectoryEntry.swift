private import Glibc

/// One name in a directory, with the inode number that the listing itself tells.
package struct DirectoryEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case directory
    case symbolicLink
    case other
  }

  package var name: String
  package var inode: UInt64
  package var kind: Kind

  package init(name: String, inode: UInt64, kind: Kind) {
    self.name = name
    self.inode = inode
    self.kind = kind
  }

  /// The entries of the wanted kind, in the order of the file system; "." and ".." left out.
  /// Names that are not UTF-8 are repaired with U+FFFD and so cannot be opened.
  package static func list(_ path: String, _ wanted: Kind) throws(SystemError) -> [DirectoryEntry] {
    guard let directory = unsafe opendir(path) else { throw .last("opendir", on: path) }
    defer { unsafe closedir(directory) }
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw .last("readdir", on: path) }
        return entries
      }
      let type = unsafe entry.pointee.d_type
      // Skips the files of a cgroup before any of their names becomes a string.
      guard couldBe(wanted, type) else { continue }
      let name = unsafe name(of: entry)
      if name == "." || name == ".." { continue }
      if Int(type) == DT_UNKNOWN, kind(of: path + "/" + name) != wanted { continue }
      let inode = UInt64(unsafe entry.pointee.d_ino)
      entries.append(DirectoryEntry(name: name, inode: inode, kind: wanted))
    }
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
  }

  private static func couldBe(_ wanted: Kind, _ type: UInt8) -> Bool {
    switch Int(type) {
    case DT_UNKNOWN: true
    case DT_DIR: wanted == .directory
    case DT_LNK: wanted == .symbolicLink
    default: wanted == .other
    }
  }

  /// For file systems that do not tell the kind while listing.
  private static func kind(of path: String) -> Kind? {
    var raw = stat()
    guard unsafe lstat(path, &raw) == 0 else { return nil }
    return switch raw.st_mode & S_IFMT {
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    default: .other
    }
  }
}
