private import CLinux
private import Glibc

/// Tells when something in a directory was written, renamed, created or removed: inotify(7) on the
/// event loop.
///
/// Directories and not files, because careful writers put a new file in the place of the old one,
/// and Kubernetes swaps a symbolic link beside them.
package final class DirectoryWatcher {
  private static let events = UInt32(
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF
      | IN_MOVE_SELF | IN_ONLYDIR)

  private let loop: EventLoop
  private let descriptor: Int32
  private let onChange: () -> Void
  private var directories: [Int32: String] = [:]

  /// - Parameter onChange: called on the loop's thread, once for all that has happened.
  package init(loop: EventLoop, onChange: @escaping () -> Void) throws(SystemError) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    if descriptor < 0 { throw .last("inotify_init1") }
    self.loop = loop
    self.onChange = onChange
    try loop.watch(descriptor, for: .readable) { [unowned self] _ in
      drain()
      onChange()
    }
  }

  deinit {
    loop.unwatch(descriptor)
    close(descriptor)
  }

  /// Watches `directory` from now on; it may be watched already. One that was removed and made again
  /// has to be watched again.
  package func watch(_ directory: String) throws(SystemError) {
    let watch = unsafe inotify_add_watch(descriptor, directory, Self.events)
    if watch < 0 { throw .last("inotify_add_watch", on: directory) }
    directories[watch] = directory
  }

  /// Directories that are watched: not those that are gone.
  package var watched: Set<String> { Set(directories.values) }

  /// Reads what has happened; of interest is only which directories are gone.
  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { return }
      forgetGone(in: buffer[..<count])
    }
  }

  /// The records of inotify(7): watch, mask, cookie and length of the name, 4 bytes each, the name.
  private func forgetGone(in bytes: ArraySlice<UInt8>) {
    var offset = bytes.startIndex
    while offset + 16 <= bytes.endIndex {
      let watch = Int32(bitPattern: Self.word(bytes, offset))
      let mask = Self.word(bytes, offset + 4)
      if mask & UInt32(IN_IGNORED) != 0 { directories[watch] = nil }
      if mask & UInt32(IN_MOVE_SELF) != 0 {
        // It goes on under another name, which is not what was asked for.
        directories[watch] = nil
        inotify_rm_watch(descriptor, watch)
      }
      offset += 16 + Int(Self.word(bytes, offset + 12))
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { word, index in
      let shift = UInt32(1).littleEndian == 1 ? index : 3 - index
      return word | UInt32(bytes[offset + index]) << (8 * shift)
    }
  }
}
