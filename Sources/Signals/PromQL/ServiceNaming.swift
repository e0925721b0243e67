package import TimeSeries

/// Which service a series of a server belongs to, by its labels.
package struct ServiceNaming: Hashable, Sendable {
  /// A service, and what tells one instance of it from another.
  package struct Identity: Hashable, Sendable {
    package var service: String
    /// Pod, container or address; empty where the name says it all.
    package var instance: String
  }

  /// What Prometheus Operator calls the Kubernetes Service that a target was found by: for cAdvisor's
  /// metrics it is the kubelet's, the same for all pods.
  private static let operatorsLabel = "service"

  /// Its value is the service's name, where a series has it.
  package var serviceLabel: String
  /// A series of a pod is named by the pod, whatever its service label says.
  package var prefersPods = false

  package init(serviceLabel: String) {
    self.serviceLabel = serviceLabel
  }

  /// Where only ready-made sets tell memory, nobody has said that "service" means a service.
  package init(_ wishes: SignalQueryPlan.Wishes) {
    self.init(serviceLabel: wishes.serviceLabel)
    let isTold = wishes.memory != nil || wishes.signals.keys.contains(where: \.isMemoryInUse)
    prefersPods = !isTold && serviceLabel == Self.operatorsLabel
  }

  package func identity(of labels: LabelSet) -> Identity {
    let pod = Self.joined(labels, ["namespace", "pod", "container"])
    let instance = labels["instance"]
    if prefersPods, labels["pod"] != nil, let pod { return Identity(service: pod, instance: "") }
    if let service = labels[serviceLabel] {
      let own = labels["pod"] == nil ? [labels["namespace"], labels["container"], instance] : [pod]
      return Identity(service: service, instance: own.compactMap(\.self).joined(separator: "/"))
    }
    if labels["pod"] != nil, let pod { return Identity(service: pod, instance: "") }
    // Units, process groups and containers of one host: the exporter's address names it.
    if let name = Self.unit(labels) ?? labels["groupname"] ?? labels["name"] {
      let host = instance.map(Self.host)
      return Identity(
        service: [host, name].compactMap(\.self).joined(separator: "/"), instance: "")
    }
    if let named = Self.joined(labels, ["job", "instance"]) {
      return Identity(service: named, instance: "")
    }
    let others = labels.labels.filter { $0.name != "__name__" }.map(\.value)
    let name = others.isEmpty ? labels["__name__"] ?? "query" : others.joined(separator: "/")
    return Identity(service: name, instance: "")
  }

  private static func joined(_ labels: LabelSet, _ names: [String]) -> String? {
    let values = names.compactMap { labels[$0] }
    return values.isEmpty ? nil : values.joined(separator: "/")
  }

  /// "api" of `id="/system.slice/api.service"` and of `name="api.service"`.
  private static func unit(_ labels: LabelSet) -> String? {
    let path = labels["name"] ?? labels["id"]
    guard let path, path.hasSuffix(".service") else { return nil }
    let last = path.split(separator: "/").last ?? Substring(path)
    return String(last.dropLast(".service".count))
  }

  /// "host" of "host:9100".
  private static func host(_ address: String) -> String {
    guard let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") else { return address }
    return String(address[..<colon])
  }
}
