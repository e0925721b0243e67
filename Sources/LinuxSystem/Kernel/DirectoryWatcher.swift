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
      | IN_MOVE_SELF)

  private let loop: EventLoop
  private let queue: InotifyQueue
  private let onChange: () -> Void
  private var directories: [Int32: String] = [:]

  /// - Parameter onChange: called on the loop's thread, once for all that has happened.
  package init(loop: EventLoop, onChange: @escaping () -> Void) throws(SystemError) {
    queue = try InotifyQueue()
    self.loop = loop
    self.onChange = onChange
    try loop.watch(queue.descriptor, for: .readable) { [unowned self] _ in
      drain()
      onChange()
    }
  }

  deinit { loop.unwatch(queue.descriptor) }

  /// Watches `directory` from now on; it may be watched already. One that was removed and made again
  /// has to be watched again.
  package func watch(_ directory: String) throws(SystemError) {
    let watch = try queue.watch(directory, for: Self.events)
    directories[watch] = directory
  }

  /// Directories that are watched: not those that are gone.
  package var watched: Set<String> { Set(directories.values) }

  /// Reads what has happened; of interest is only which directories are gone.
  private func drain() {
    queue.drain { watch, events in
      if events & UInt32(IN_IGNORED) != 0 { directories[watch] = nil }
      if events & UInt32(IN_MOVE_SELF) != 0 {
        // It goes on under another name, which is not what was asked for.
        directories[watch] = nil
        queue.stopWatching(watch)
      }
    }
  }
}
