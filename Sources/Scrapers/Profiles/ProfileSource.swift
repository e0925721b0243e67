/// Where heap profiles of a service come from, as it was configured.
package enum ProfileSource: Hashable, Sendable {
  case off
  /// At the exporter's own host and port, as net/http/pprof does, where the runtime is Go.
  case auto
  case from(ProfileOrigin)
}

/// How a heap profile is taken.
package enum ProfileOrigin: Hashable, Sendable {
  /// Fetched: a profile of any kind that its content tells.
  case url(String)
  /// Fetched from Python's `leakwatch_heap`, which traces memory for as long as it is told.
  case tracemalloc(String)
  /// Taken through Node's inspector; the host is an IP address.
  case inspector(host: String, port: UInt16)
  /// The class histogram of the JVM in a cgroup that began when the exporter says, through the
  /// privileged helper.
  case jvm(cgroup: String)
  /// The class histogram of the JVM in a cgroup where there is one, else the mappings of its largest
  /// process, through the privileged helper.
  case process(cgroup: String)
}

extension ExporterTarget {
  private static let heapPath = "/debug/pprof/heap"
  private static let heapName = "/heap"

  /// nil where none is to be taken.
  ///
  /// - Parameters:
  ///   - runtime: as it was recognised; nil where it was not.
  ///   - helperCgroup: where its processes are; nil where that is not known, or no helper is to be asked.
  package func profileOrigin(runtime: String?, helperCgroup: String? = nil) -> ProfileOrigin? {
    switch profile {
    case .off: nil
    case .auto where runtime == "go": .url(Self.origin(of: url) + Self.heapPath)
    case .auto where runtime?.hasPrefix("jvm") == true:
      helperCgroup.map { .jvm(cgroup: $0) }
    case .auto: nil
    case .from(let origin): origin
    }
  }

  /// Beside a heap profile's address that ends in "/heap"; nil beside any other.
  package static func goroutineProfileURL(besideHeap url: String) -> String? {
    let address = url.prefix { $0 != "?" }
    guard address.hasSuffix(heapName) else { return nil }
    return address.dropLast(heapName.count) + "/goroutine"
  }

  /// Scheme, host and port.
  static func origin(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return String(url[..<authority.endIndex])
  }
}
