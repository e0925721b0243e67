package import TimeSeries

/// Some addresses and the labels they share, as Prometheus' file_sd and http_sd list them.
package struct TargetGroup: Hashable, Sendable {
  /// "10.0.0.7:9100", one each.
  package var targets: [String]
  package var labels: LabelSet

  package init(targets: [String], labels: LabelSet) {
    self.targets = targets
    self.labels = labels
  }
}

/// Why a list of targets cannot be read.
package struct TargetListFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1; columns in bytes.
  package var line: Int
  package var column: Int
  package var message: String

  package var description: String { "line \(line), column \(column): \(message)" }
}

/// A list of targets in Prometheus' own JSON: `[{"targets": ["host:port"], "labels": {"a": "b"}}]`.
package enum TargetList {
  /// All of the list or nothing of it. `null` is an empty list, as Go writes one.
  package static func parse(_ bytes: [UInt8]) throws(TargetListFault) -> [TargetGroup] {
    var reader = JSONTextReader(bytes)
    var groups: [TargetGroup] = []
    if !reader.takeNull() {
      try reader.readArray { (reader) throws(TargetListFault) in
        groups.append(try group(&reader))
      }
    }
    try reader.finish()
    return groups
  }

  private static func group(
    _ reader: inout JSONTextReader
  ) throws(TargetListFault) -> TargetGroup {
    var targets: [String] = []
    var labels: [LabelSet.Label] = []
    var hasTargets = false
    try reader.readObject { (name, reader) throws(TargetListFault) in
      switch name {
      case "targets":
        hasTargets = true
        guard !reader.takeNull() else { return }
        try reader.readArray { (reader) throws(TargetListFault) in
          targets.append(try reader.readString())
        }
      case "labels":
        guard !reader.takeNull() else { return }
        try reader.readObject { (name, reader) throws(TargetListFault) in
          labels.append(LabelSet.Label(name: name, value: try reader.readString()))
        }
      default:
        throw reader.fault("unknown key \"\(name)\"; a group has \"targets\" and \"labels\"")
      }
    }
    guard hasTargets else { throw reader.fault("a group without \"targets\"") }
    return TargetGroup(targets: targets, labels: LabelSet(labels))
  }
}
