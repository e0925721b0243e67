internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import WatchConfiguration

/// What `check-config` tells of lists of targets: those in files as they are now, of this instance's
/// share. A server is not asked; a check needs no network.
struct ListedTargets {
  private static let shownAtMost = 50

  private(set) var lines: [String] = []
  private(set) var warnings: [String] = []

  init(_ configuration: Configuration) {
    var targets: [DiscoveredTarget] = []
    var others = 0
    for section in configuration.exporterDiscoveries where section.url == nil {
      var groups = section.files.flatMap { pattern in read(pattern) }
      groups = groups.filter { !$0.targets.isEmpty }
      let resolution = TargetSelection(section).resolve(groups)
      let name = section.files.joined(separator: ", ")
      let profiles = ListedProfiles(resolution, of: section)
      warnings += (resolution.problems + profiles.problems).map { "\(name): \($0)" }
      let ours = resolution.targets.filter { configuration.watches(network: $0.group) }
      others += resolution.targets.count - ours.count
      targets += ours
    }
    lines = targets.prefix(Self.shownAtMost).map { "target      \($0.service): \($0.url.shown)" }
    if targets.count > Self.shownAtMost {
      lines.append("target      … and \(targets.count - Self.shownAtMost) more")
    }
    if others > 0 { lines.append("target      \(others) more are left to other shards") }
  }

  private mutating func read(_ pattern: String) -> [TargetGroup] {
    do {
      let paths = try TargetFiles.paths(matching: pattern)
      if paths.isEmpty { warnings.append("\(pattern): no file has such a name") }
      return paths.flatMap { path -> [TargetGroup] in
        do {
          return try TargetFiles.read(path)
        } catch {
          warnings.append("\(error)")
          return []
        }
      }
    } catch {
      warnings.append("\(error)")
      return []
    }
  }
}

extension String {
  /// An address without the values of its query, which may be keys.
  fileprivate var shown: String { RedactedURL(self).text }
}
