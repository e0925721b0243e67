internal import Formats
internal import TimeSeries

/// Which build a target serves, read off its metrics named `…_build_info`, value 1: a convention of
/// Prometheus' own exporters and client libraries.
enum BuildInformation {
  static let ending = "_build_info"
  static let filterPatterns = ["*" + ending, String(ending.dropFirst())]

  /// Labels that say which build it is, the best for people first.
  private static let telling = [
    "version", "app_version", "tag", "revision", "commit", "git_commit", "git_sha", "sha",
    "build", "build_id", "build_time", "build_date", "checksum",
  ]
  /// What they say where nobody filled them in, or where it says nothing.
  private static let empty: Set<String> = [
    "", "unknown", "(devel)", "devel", "dev", "none", "null", "n/a", "latest", "snapshot", "0.0.0",
    "(unknown)",
  ]
  /// A commit's hash is told as git shows it.
  private static let longestVersion = 40

  /// Whether a metric of this name tells it.
  static func isMeant(_ name: String) -> Bool {
    name.hasSuffix(ending) || name == ending.dropFirst()
  }

  /// - Parameter series: those with the value 1; nil for none.
  static func read(_ series: [SeriesDescriptor]) -> BuildMarks.Information? {
    guard !series.isEmpty else { return nil }
    let sorted = series.sorted {
      // What a language's library tells of a build stands behind the service's own words.
      ($0.name == "go_build_info" ? 1 : 0, $0.name, $0.labels.description)
        < ($1.name == "go_build_info" ? 1 : 0, $1.name, $1.labels.description)
    }
    var hash = FNV1a()
    for one in sorted { hash.add(one.name + one.labels.description) }
    let words = sorted.lazy.compactMap { word(of: $0.labels) }.first
    return BuildMarks.Information(
      digest: hash.value, isTelling: words != nil,
      version: words.map { String($0.prefix(longestVersion)) })
  }

  private static func word(of labels: LabelSet) -> String? {
    telling.lazy.compactMap { labels[$0] }.first { !empty.contains($0.lowercased()) }
  }
}
