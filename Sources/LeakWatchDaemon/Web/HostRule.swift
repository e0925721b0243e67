internal import WatchConfiguration

/// Under which names a client may ask. A page on the network whose name was made to point here by
/// its owner's DNS asks under that name, and gets nothing.
struct HostRule: Hashable, Sendable {
  private let names: Set<String>
  /// Asked for by address, which no DNS can fake.
  private let allowsAddresses: Bool

  /// - Parameter page: its names, and that of its external address, are allowed beside localhost, names below it, and loopback addresses.
  init(_ page: Configuration.StatusPage) {
    var names = Set(page.hosts.map { $0.lowercased() })
    if let external = page.externalURL { names.insert(external.host.lowercased()) }
    if case .tcp(let host, _) = page.listen { names.insert(host.lowercased()) }
    self.names = names
    allowsAddresses = page.allowsOthers
  }

  /// - Parameter header: the header `Host`, a name or address with or without a port.
  func allows(_ header: String) -> Bool {
    guard let host = Self.name(header) else { return false }
    return names.contains(host) || HostPort.isLoopback(host)
      || (allowsAddresses && HostPort.isAddress(host))
  }

  /// Without the port and the brackets of an IPv6 address; nil for what is no host.
  private static func name(_ header: String) -> String? {
    (try? HostPort.parse(header[...]))?.host.lowercased()
  }
}
