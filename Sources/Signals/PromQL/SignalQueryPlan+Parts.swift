internal import TimeSeries

extension SignalQueryPlan.Wishes {
  /// Selectors of memory that all carry the service's label if they are chosen by it: what its values
  /// are looked up with. nil where the queries cannot be asked for some services alone, because they
  /// are more than selectors.
  package var divisibleSelectors: [String]? {
    guard sets.isEmpty else { return nil }
    let all = (memory.map { [$0] } ?? []) + signals.values
    guard all.allSatisfy(PromQLNames.isSelector) else { return nil }
    let telling = signals.filter(\.key.isMemoryInUse).values
    return (memory.map { [$0] } ?? []) + telling.sorted()
  }

  /// The same queries for some services; nil stands for those without the label.
  package func restricted(to services: [String]?) -> SignalQueryPlan.Wishes {
    var part = self
    let own = Self.matcher(serviceLabel, services, orAbsent: false)
    // What is told by other labels may belong to any service of the part.
    let shared = Self.matcher(serviceLabel, services, orAbsent: true)
    part.memory = memory.map { PromQLNames.adding(own, to: $0) }
    for (signal, expression) in signals {
      part.signals[signal] = PromQLNames.adding(signal.isMemoryInUse ? own : shared, to: expression)
    }
    return part
  }

  private static func matcher(_ label: String, _ values: [String]?, orAbsent: Bool) -> String {
    guard let values else { return "\(label)=\"\"" }
    let alternatives = values.map(escaped) + (orAbsent ? [""] : [])
    return "\(label)=~\"\(alternatives.joined(separator: "|"))\""
  }

  /// As a regular expression (RE2) that means the text itself, within double quotes of PromQL.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "\n": escaped += "\\n"
      case "\\": escaped += "\\\\\\\\"
      case "\"": escaped += "\\\""
      case ".", "+", "*", "?", "(", ")", "|", "[", "]", "{", "}", "^", "$":
        escaped += "\\\\\(character)"
      default: escaped.append(character)
      }
    }
  }
}

extension PromQLNames {
  /// The selector with one more condition.
  static func adding(_ matcher: String, to selector: String) -> String {
    guard let brace = selector.firstIndex(of: "{"), let end = selector.lastIndex(of: "}") else {
      return "\(selector){\(matcher)}"
    }
    let inside = selector[selector.index(after: brace)..<end]
    let isEmpty = inside.allSatisfy(\.isWhitespace)
    // A comma may stand behind the last condition already.
    let hasComma = inside.last { !$0.isWhitespace } == ","
    let separator = isEmpty || hasComma ? "" : ","
    return "\(selector[...brace])\(inside)\(separator)\(matcher)}"
  }
}
