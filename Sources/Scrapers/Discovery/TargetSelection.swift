package import Formats
package import TimeSeries

/// A label that must, or must not, have such a value. A label that is missing is empty, as in
/// Prometheus.
package struct LabelCondition: Hashable, Sendable {
  package var label: String
  package var pattern: LabelPattern

  package init(label: String, pattern: LabelPattern) {
    self.label = label
    self.pattern = pattern
  }

  func holds(for labels: LabelSet) -> Bool { pattern.matches(labels[label] ?? "") }
}

/// An address that a list of targets names, and what it serves.
package struct DiscoveredTarget: Hashable, Sendable {
  /// What replicas have in common: the service's name without its address.
  package var group: String
  package var service: ServiceName
  package var url: String

  package init(group: String, service: ServiceName, url: String) {
    self.group = group
    self.service = service
    self.url = url
  }
}

/// Which targets of a list are watched, under which names: no I/O.
package struct TargetSelection: Hashable, Sendable {
  package struct Resolution: Hashable, Sendable {
    package var targets: [DiscoveredTarget]
    /// What is wrong with the list, each in words that stay the same while it stays wrong.
    package var problems: [String]
    /// What the list says of each service.
    package var labels: [ServiceName: LabelSet] = [:]
  }

  /// More are a mistake, or a fleet that wants several instances.
  package static let maximumTargets = 20_000

  package var serviceLabel: String
  package var appendsAddress: Bool
  /// All must hold.
  package var keep: [LabelCondition]
  /// None may hold.
  package var drop: [LabelCondition]

  package init(
    serviceLabel: String = "service", appendsAddress: Bool = true, keep: [LabelCondition] = [],
    drop: [LabelCondition] = []
  ) {
    self.serviceLabel = serviceLabel
    self.appendsAddress = appendsAddress
    self.keep = keep
    self.drop = drop
  }

  package func resolve(_ groups: [TargetGroup]) -> Resolution {
    var targets: [DiscoveredTarget] = []
    var seen: Set<DiscoveredTarget> = []
    var urls: [ServiceName: String] = [:]
    var complaints = Complaints()
    var labelsOf: [ServiceName: LabelSet] = [:]
    for group in groups {
      for address in group.targets {
        let labels = LabelSet(
          group.labels.labels + [LabelSet.Label(name: "__address__", value: address)])
        guard keep.allSatisfy({ $0.holds(for: labels) }),
          !drop.contains(where: { $0.holds(for: labels) })
        else { continue }
        guard let target = target(labels, &complaints), seen.insert(target).inserted else {
          continue
        }
        if let other = urls.updateValue(target.url, forKey: target.service), other != target.url {
          urls[target.service] = other
          complaints.add("have a service that another target has already", address)
          continue
        }
        targets.append(target)
        labelsOf[target.service] = labels
      }
    }
    if targets.count > Self.maximumTargets {
      complaints.add(
        "are more than \(Self.maximumTargets)", targets[Self.maximumTargets].url,
        count: targets.count - Self.maximumTargets)
      targets.removeSubrange(Self.maximumTargets...)
    }
    return Resolution(targets: targets, problems: complaints.texts, labels: labelsOf)
  }

  private func target(_ labels: LabelSet, _ complaints: inout Complaints) -> DiscoveredTarget? {
    // Relabelling is not done here, but a list may bring the labels that it would end with.
    let address = labels["__address__"] ?? ""
    guard Self.isAddress(address) else {
      complaints.add("have no address such as \"10.0.0.7:9100\"", address)
      return nil
    }
    let scheme = labels["__scheme__"] ?? "http"
    guard ["http", "https"].contains(scheme) else {
      complaints.add("have a scheme other than http and https", address)
      return nil
    }
    guard
      let name = [labels[serviceLabel], labels["job"]].compactMap(\.self).first(where: {
        !$0.isEmpty && $0.utf8.count <= 200
      })
    else {
      complaints.add("have neither the label \"\(serviceLabel)\" nor \"job\"", address)
      return nil
    }
    let path = labels["__metrics_path__"] ?? "/metrics"
    let service = appendsAddress ? "\(name)/\(address)" : name
    return DiscoveredTarget(
      group: name, service: ServiceName(service),
      url: "\(scheme)://\(address)" + (path.hasPrefix("/") ? "" : "/") + Self.plain(path)
        + Self.query(labels))
  }

  /// Host and port as they stand in a URL, nothing else: no path, no user name.
  private static func isAddress(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: false
      }
    }
    return isPlain && !text.isEmpty && text.utf8.count <= 300
  }

  private static func query(_ labels: LabelSet) -> String {
    let pairs = labels.labels.compactMap { label -> String? in
      guard label.name.hasPrefix("__param_"), label.name.count > 8 else { return nil }
      return plain(String(label.name.dropFirst(8)), alsoEscaping: "&=+#?/")
        + "=" + plain(label.value, alsoEscaping: "&=+#?/")
    }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }

  /// What cannot stand in a URL as %XX (RFC 3986, 2.1); what is escaped already stays.
  private static func plain(_ text: String, alsoEscaping others: String = "#") -> String {
    let forbidden = Array(("\"<>\\^`{|}" + others + (others.count > 1 ? "%" : "")).utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      if byte > 0x20, byte < 0x7F, !forbidden.contains(byte) {
        result.append(byte)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += Array("%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// The same complaint of many targets is one sentence.
private struct Complaints {
  private var order: [String] = []
  private var found: [String: (count: Int, example: String)] = [:]

  mutating func add(_ complaint: String, _ example: String, count: Int = 1) {
    if let known = found[complaint] {
      found[complaint] = (known.count + count, known.example)
    } else {
      order.append(complaint)
      found[complaint] = (count, String(example.prefix(100)))
    }
  }

  var texts: [String] {
    order.map { complaint in
      let (count, example) = found[complaint] ?? (0, "")
      let first = count == 1 ? "\"\(example)\"" : "\"\(example)\" first"
      return "\(count) targets are left out that \(complaint), \(first)"
    }
  }
}
