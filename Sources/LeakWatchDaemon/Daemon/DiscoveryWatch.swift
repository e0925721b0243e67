internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

/// The targets that lists name, as of now: one source for each `[[exporter_discovery]]`.
final class DiscoveryWatch {
  private final class Entry {
    var section: Configuration.ExporterDiscovery
    var source: (any TargetListSource)?
    var groups: [TargetGroup] = []
    /// Problems of the list that were said and stand still.
    var said: Set<String> = []

    init(_ section: Configuration.ExporterDiscovery) { self.section = section }
  }

  private let loop: EventLoop
  private let client: LazyHTTPClient
  /// The targets may have changed.
  private let onChange: () -> Void
  private let onProblem: (String) -> Void
  private var entries: [Entry] = []
  /// What lists say of the services that `targets` named last.
  private(set) var labels: [ServiceName: LabelSet] = [:]

  init(
    loop: EventLoop, client: LazyHTTPClient, onChange: @escaping () -> Void,
    onProblem: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.client = client
    self.onChange = onChange
    self.onProblem = onProblem
  }

  /// Uses these sections from now on. A list that was there before goes on, also where it is now
  /// read in another way. Does not call `onChange` for what it reads at once.
  func use(_ sections: [Configuration.ExporterDiscovery]) {
    var left = entries
    entries = sections.map { section in
      guard let index = left.firstIndex(where: { $0.section.hasList(of: section) }) else {
        return Entry(section)
      }
      let entry = left.remove(at: index)
      if entry.section != section { entry.said = [] }
      entry.section = section
      return entry
    }
    for entry in left { entry.source?.stop() }
    for entry in entries where entry.source == nil { begin(entry) }
  }

  func stop() { use([]) }

  /// What this instance watches of all lists, each with its settings; a target that two lists name
  /// is the first one's.
  func targets(watching isOurs: (_ group: String) -> Bool) -> [ExporterTarget] {
    var targets: [ExporterTarget] = []
    var seen: Set<String> = []
    labels = [:]
    for entry in entries {
      let resolution = TargetSelection(entry.section).resolve(entry.groups)
      let profiles = ListedProfiles(resolution, of: entry.section)
      tell(resolution.problems + profiles.problems, of: entry)
      labels.merge(resolution.labels) { first, _ in first }
      let template = ExporterTarget(entry.section.template)
      for found in resolution.targets where isOurs(found.group) {
        var target = template
        target.service = found.service
        target.url = found.url
        target.profile = ProfileSource(profiles.source(of: found.service))
        if seen.insert(target.identity).inserted { targets.append(target) }
      }
    }
    return targets
  }

  private func tell(_ problems: [String], of entry: Entry) {
    for problem in problems where !entry.said.contains(problem) {
      onProblem("\(entry.source?.name ?? "a list of targets"): \(problem)")
    }
    entry.said = Set(problems)
  }

  private func begin(_ entry: Entry) {
    var isStarting = true
    let take: (TargetListReport) -> Void = { [weak self, weak entry] report in
      guard let self, let entry else { return }
      for problem in report.problems { onProblem(problem) }
      entry.groups = report.groups
      if !isStarting { onChange() }
    }
    entry.source = source(of: entry.section, take)
    entry.source?.start()
    isStarting = false
  }

  private func source(
    of section: Configuration.ExporterDiscovery, _ take: @escaping (TargetListReport) -> Void
  ) -> any TargetListSource {
    guard let url = section.url else {
      return FileTargetSource(
        patterns: section.files, interval: section.refreshInterval, loop: loop, onReport: take)
    }
    return HTTPTargetSource(
      HTTPTargetSource.Address(url, section.server), interval: section.refreshInterval, loop: loop,
      client: { [client] () throws(HTTPFailure) in try client.get() }, onReport: take)
  }
}

extension Configuration.ExporterDiscovery {
  /// Whether both read the same list in the same way.
  fileprivate func hasList(of other: Self) -> Bool {
    files == other.files && url == other.url && server == other.server
      && refreshInterval == other.refreshInterval
  }
}

extension TargetSelection {
  init(_ section: Configuration.ExporterDiscovery) {
    self.init(
      serviceLabel: section.serviceLabel, appendsAddress: section.appendsAddress,
      keep: Self.conditions(section.keep), drop: Self.conditions(section.drop))
  }

  private static func conditions(_ patterns: [String: LabelPattern]) -> [LabelCondition] {
    patterns.sorted { $0.key < $1.key }
      .map { LabelCondition(label: $0.key, pattern: $0.value) }
  }
}

extension HTTPTargetSource.Address {
  fileprivate init(_ url: WebURL, _ server: Configuration.DiscoveryServer) {
    self.init(url: url.text)
    headers = server.headers.map { LinuxSystem.HTTPHeader($0.name, $0.value.revealed) }
    if let file = server.bearerTokenFile {
      credentials = .bearer(tokenFile: file)
    } else {
      credentials = server.basicAuthentication.map {
        .basic(user: $0.username, passwordFile: $0.passwordFile)
      }
    }
    tls = TLSOptions(server.tls)
    proxyURL = server.proxyURL?.text
  }
}
