/// `name` or `name{label="value",other!="value"}`, as in PromQL without its regular expressions.
struct MetricSelectorGrammar {
  private var rest: Substring
  private let text: String

  static func parse(_ text: String) throws(ValueProblem) -> MetricSelector {
    var parser = MetricSelectorGrammar(rest: text[...], text: text)
    return try parser.selector()
  }

  private init(rest: Substring, text: String) {
    self.rest = rest
    self.text = text
  }

  private mutating func selector() throws(ValueProblem) -> MetricSelector {
    skipBlanks()
    let metric = takeName(allowingColon: true)
    guard !metric.isEmpty else { throw problem("it does not begin with a metric's name") }
    skipBlanks()
    var matchers: [MetricSelector.LabelMatcher] = []
    if take("{") { matchers = try labelMatchers() }
    skipBlanks()
    guard rest.isEmpty else { throw problem("\(quoted(String(rest))) does not belong to it") }
    return MetricSelector(metric: metric, matchers: matchers)
  }

  private mutating func labelMatchers() throws(ValueProblem) -> [MetricSelector.LabelMatcher] {
    var matchers: [MetricSelector.LabelMatcher] = []
    while true {
      skipBlanks()
      if take("}") { return matchers }
      matchers.append(try labelMatcher())
      skipBlanks()
      if !take(","), !rest.hasPrefix("}") {
        throw problem(
          "a \",\" or \"}\" is missing after the label \(quoted(matchers.last?.label ?? ""))")
      }
    }
  }

  private mutating func labelMatcher() throws(ValueProblem) -> MetricSelector.LabelMatcher {
    let label = takeName(allowingColon: false)
    guard !label.isEmpty else { throw problem("a label's name is missing") }
    skipBlanks()
    let comparison = try comparison(after: label)
    skipBlanks()
    guard take("\"") else { throw problem("the value of \(quoted(label)) must stand in quotes") }
    return MetricSelector.LabelMatcher(
      label: label, comparison: comparison, value: try restOfString(of: label))
  }

  private mutating func comparison(
    after label: String
  ) throws(ValueProblem) -> MetricSelector.Comparison {
    if rest.hasPrefix("=~") || rest.hasPrefix("!~") {
      throw problem("regular expressions (=~, !~) are not supported; name the value with = or !=")
    }
    if take("!=") { return .notEqual }
    if take("=") { return .equal }
    throw problem("= or != is missing after the label \(quoted(label))")
  }

  private mutating func restOfString(of label: String) throws(ValueProblem) -> String {
    var value = ""
    while let character = rest.popFirst() {
      if character == "\"" { return value }
      guard character == "\\" else {
        value.append(character)
        continue
      }
      switch rest.popFirst() {
      case "n": value.append("\n")
      case let escaped? where escaped == "\\" || escaped == "\"": value.append(escaped)
      default: throw problem("the value of \(quoted(label)) has an unknown escape")
      }
    }
    throw problem("the value of \(quoted(label)) lacks its closing quote")
  }

  private mutating func takeName(allowingColon: Bool) -> String {
    let name = MetricName.prefix(of: rest, allowingColon: allowingColon)
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private mutating func take(_ token: String) -> Bool {
    guard rest.hasPrefix(token) else { return false }
    rest = rest.dropFirst(token.count)
    return true
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == " " }
  }

  private func problem(_ reason: String) -> ValueProblem {
    ValueProblem("\(quoted(text)) does not select a metric: \(reason)")
  }
}

/// Names of metrics and labels (Prometheus, "Metric names and labels").
enum MetricName {
  static func prefix(of text: Substring, allowingColon: Bool) -> Substring {
    var isFirst = true
    return text.prefix { character in
      defer { isFirst = false }
      guard character.isASCII else { return false }
      if character.isLetter || character == "_" { return true }
      return (character == ":" && allowingColon) || (character.isNumber && !isFirst)
    }
  }

  static func isLabelName(_ text: String) -> Bool {
    !text.isEmpty && prefix(of: text[...], allowingColon: false).count == text.count
  }
}

extension MetricSelector: CustomStringConvertible {
  package var description: String {
    guard !matchers.isEmpty else { return metric }
    let list = matchers.map { "\($0.label)\($0.comparison.rawValue)\(quoted($0.value))" }
    return "\(metric){\(list.joined(separator: ","))}"
  }
}
