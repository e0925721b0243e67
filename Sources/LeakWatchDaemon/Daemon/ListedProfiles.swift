internal import Formats
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

/// Where the heap profiles of a list's targets come from: as the list says of a target, else as its section
/// does.
struct ListedProfiles {
  private(set) var sources: [ServiceName: Configuration.ProfileSource] = [:]
  /// What is wrong, each in words that stay the same while it stays wrong.
  private(set) var problems: [String] = []

  init(_ resolution: TargetSelection.Resolution, of section: Configuration.ExporterDiscovery) {
    guard !section.profile.isOff else {
      for target in resolution.targets { sources[target.service] = .off }
      return
    }
    var unknown: [String] = []
    var unfit: [String] = []
    for target in resolution.targets {
      let labels = resolution.labels[target.service]
      let said = labels?[ListedProfile.label].flatMap { $0.isEmpty ? nil : $0 }
      guard let profile = said.map(ListedProfile.init(label:)) ?? section.profile else {
        unknown.append(target.service.text)
        continue
      }
      guard let source = profile.source(host: Self.host(labels?["__address__"] ?? "")) else {
        unfit.append(target.service.text)
        continue
      }
      sources[target.service] = source
    }
    tell(unknown, "their \(ListedProfile.label) is none of \(ListedProfile.words)")
    tell(unfit, "Node's inspector answers to an IP address or \"localhost\" only")
  }

  /// Nothing is taken of a target of which nobody knows where.
  func source(of service: ServiceName) -> Configuration.ProfileSource { sources[service] ?? .off }

  private mutating func tell(_ names: [String], _ reason: String) {
    guard let first = names.first else { return }
    problems.append(
      "no heap profiles are taken of \(names.count) targets, \"\(first.prefix(100))\" first: \(reason)"
    )
  }

  /// Without the port; an IPv6 address keeps its brackets.
  private static func host(_ address: String) -> String {
    guard let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") else { return address }
    return String(address[..<colon])
  }
}
