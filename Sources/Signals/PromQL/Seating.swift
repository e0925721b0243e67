internal import TimeSeries

/// Who has which name in one stretch, and the ways to ask for it.
struct Seating {
  let named: [ServiceNaming.Identity: ServiceName]
  /// Names by what labels call the service.
  private(set) var byService: [String: Set<ServiceName>] = [:]
  /// Names by each part of a path before the last: "n/p" of "n/p/c".
  private(set) var below: [String: Set<ServiceName>] = [:]
  /// Instances by name.
  private(set) var owners: [ServiceName: Set<String>] = [:]

  init(_ named: [ServiceNaming.Identity: ServiceName]) {
    self.named = named
    for (identity, name) in named {
      byService[identity.service, default: []].insert(name)
      owners[name, default: []].insert(identity.instance)
      var path = identity.service[...]
      while let slash = path.lastIndex(of: "/") {
        path = path[..<slash]
        below[String(path), default: []].insert(name)
      }
    }
  }
}
