private import CLinux
private import Glibc

/// Knows in which directories a subdirectory came, went or was renamed: inotify(7), asked now and then
/// and never a reason to wake up.
///
/// cgroupfs tells of what anybody makes and removes in it. What the kernel does by itself, and what
/// happens behind a network file system or FUSE, it does not tell.
package final class SubdirectoryWatcher {
  /// One directory that is watched, as long as it exists; not used again for another.
  package struct Watch: Hashable, Sendable {
    fileprivate var number: Int32
  }

  package enum Changes {
    case only(Set<Watch>)
    /// More than the kernel keeps.
    case perhapsAll

    package func includes(_ watch: Watch) -> Bool {
      switch self {
      case .only(let changed): !changed.isEmpty && changed.contains(watch)
      case .perhapsAll: true
      }
    }
  }

  private static let events = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

  private let queue: InotifyQueue
  private let maximumWatches: Int
  private var watched: Set<Watch> = []

  /// - Parameter maximumWatches: a user has some thousand on an older host, for all programs together.
  package init(maximumWatches: Int = 1024) throws(SystemError) {
    queue = try InotifyQueue()
    self.maximumWatches = maximumWatches
  }

  /// Watches `directory` from now on, under the same value if it is watched already. nil where that
  /// cannot be: too many are watched, or it is gone.
  package func watch(_ directory: String) -> Watch? {
    guard let number = try? queue.watch(directory, for: Self.events) else { return nil }
    let watch = Watch(number: number)
    if watched.count >= maximumWatches, !watched.contains(watch) {
      queue.stopWatching(number)
      return nil
    }
    watched.insert(watch)
    return watch
  }

  /// What changed since the last question. A directory that is watched no more, because it is gone, is
  /// among it.
  package func takeChanges() -> Changes {
    var changed: Set<Watch> = []
    var isIncomplete = false
    queue.drain { number, events in
      let watch = Watch(number: number)
      if events & UInt32(IN_Q_OVERFLOW) != 0 { isIncomplete = true }
      if events & UInt32(IN_IGNORED) != 0 { watched.remove(watch) }
      changed.insert(watch)
    }
    return isIncomplete ? .perhapsAll : .only(changed)
  }
}
