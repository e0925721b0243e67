private import Formats
package import LinuxSystem
package import TimeSeries

/// Targets listed in files: read again whenever something in their directories changes, and at an
/// interval for what no change is told of (a directory that appears, a network file system).
package final class FileTargetSource: TargetListSource {
  /// Writers that replace several files, or write one in pieces, are read once.
  private static let settlingTime = TimeSpan(milliseconds: 100)

  package var name: String { patterns.joined(separator: ", ") }
  private let patterns: [String]
  private let interval: TimeSpan
  private let loop: EventLoop
  private let onReport: (TargetListReport) -> Void
  private var watcher: DirectoryWatcher?
  private var timer: EventLoop.TimerID?
  private var settling: EventLoop.TimerID?
  private var lists: [String: [TargetGroup]] = [:]
  private var said: Set<String> = []

  /// - Parameters:
  ///   - patterns: absolute paths; the last part may have "*" and "?".
  ///   - onReport: called when the list changes, and with something to say.
  package init(
    patterns: [String], interval: TimeSpan, loop: EventLoop,
    onReport: @escaping (TargetListReport) -> Void
  ) {
    self.patterns = patterns
    self.interval = interval
    self.loop = loop
    self.onReport = onReport
  }

  deinit { stop() }

  package func start() {
    read(isFirst: true)
    schedule()
  }

  package func stop() {
    for timer in [timer, settling] { timer.map(loop.cancel) }
    (timer, settling, watcher) = (nil, nil, nil)
  }

  private func schedule() {
    let tolerance = TimeSpan(milliseconds: interval.milliseconds / 10)
    timer = loop.schedule(after: interval, tolerance: tolerance) { [weak self] in
      self?.read()
      self?.schedule()
    }
  }

  private func noteChange() {
    guard settling == nil else { return }
    settling = loop.schedule(after: Self.settlingTime) { [weak self] in
      self?.settling = nil
      self?.read()
    }
  }

  private func read(isFirst: Bool = false) {
    var problems: [String: String] = [:]
    // Watched before it is read: what changes in between is told.
    watch(&problems)
    var new: [String: [TargetGroup]] = [:]
    for pattern in patterns {
      for path in paths(pattern, &problems) {
        do {
          new[path] = try TargetFiles.read(path)
        } catch {
          problems[path] = "\(error)" + (lists[path] == nil ? "" : "; its last list is kept")
          new[path] = lists[path]
        }
      }
    }
    let unsaid = problems.filter { !said.contains($0.key) }
    said = Set(problems.keys)
    guard isFirst || new != lists || !unsaid.isEmpty else { return }
    lists = new
    onReport(
      TargetListReport(
        groups: new.sorted { $0.key < $1.key }.flatMap(\.value),
        problems: unsaid.sorted { $0.key < $1.key }.map(\.value)))
  }

  /// The files that are there, and of those that were there and cannot be listed now all.
  private func paths(_ pattern: String, _ problems: inout [String: String]) -> [String] {
    do {
      return try TargetFiles.paths(matching: pattern)
    } catch {
      problems[pattern] = "\(error)"
      let glob = CgroupGlob(String(pattern.drop { $0 == "/" }))
      return lists.keys.filter { glob.matches($0) }
    }
  }

  private func watch(_ problems: inout [String: String]) {
    if watcher == nil {
      do throws(SystemError) {
        watcher = try DirectoryWatcher(loop: loop) { [weak self] in self?.noteChange() }
      } catch {
        problems["inotify"] = "\(error); target lists are read every \(interval)"
      }
    }
    guard let watcher else { return }
    for directory in Set(patterns.map(TargetFiles.directory))
    where !watcher.watched.contains(directory) {
      do throws(SystemError) {
        try watcher.watch(directory)
      } catch {
        problems[directory] = "\(error); target lists there are looked for every \(interval)"
      }
    }
  }
}
