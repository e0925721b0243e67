/// The labels that tell one series of a metric from another: sorted by name, names unique.
package struct LabelSet: Hashable, Sendable {
  package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var labels: [Label]

  package static let empty = LabelSet([])

  /// Sorts by name; of labels with the same name the last one stands.
  package init(_ labels: [Label]) {
    // Most sources write their labels in order.
    if zip(labels, labels.dropFirst()).allSatisfy({ $0.name < $1.name }) {
      self.labels = labels
      return
    }
    var byName: [String: String] = [:]
    for label in labels { byName[label.name] = label.value }
    self.labels = byName.map { Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
  }

  package subscript(name: String) -> String? {
    labels.first { $0.name == name }?.value
  }

  package var isEmpty: Bool { labels.isEmpty }
}

extension LabelSet: CustomStringConvertible {
  /// As in exposition text: `{area="heap",id="G1 Old Gen"}`; empty braces where there is no label.
  package var description: String {
    let pairs = labels.map { label in
      let escaped = label.value.reduce(into: "") { text, character in
        switch character {
        case "\\": text += "\\\\"
        case "\"": text += "\\\""
        case "\n": text += "\\n"
        default: text.append(character)
        }
      }
      return "\(label.name)=\"\(escaped)\""
    }
    return "{" + pairs.joined(separator: ",") + "}"
  }
}
