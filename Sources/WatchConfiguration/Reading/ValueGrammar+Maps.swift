internal import Alerting
internal import TimeSeries

extension ValueGrammar where Value == [HTTPHeader] {
  /// Names in letters of either case are one header; those that LeakWatch itself sets are refused.
  static var headers: ValueGrammar {
    let value = ValueGrammar<Secret>.text("string", expected: "a header's value in quotes") {
      text throws(ValueProblem) in
      let isPlain = text.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
      guard isPlain else { throw ValueProblem("a header's value cannot have control characters") }
      return Secret(text)
    } write: {
      $0.description
    }
    return value.map(of: "header names", checkName: problem(ofName:))
      .mapped(
        to: { $0.map { HTTPHeader(name: $0.name, value: $0.value) } },
        from: { $0.map { (name: $0.name, value: $0.value) } })
  }

  private static let ownHeaders = [
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type",
    "host", "transfer-encoding", "webhook-id", "webhook-signature", "webhook-timestamp",
  ]

  /// A name is a token of RFC 9110, 5.6.2.
  private static func problem(ofName name: String) -> String? {
    let isToken =
      !name.isEmpty
      && name.utf8.allSatisfy {
        $0 > 0x20 && $0 < 0x7F && !Array("\"(),/:;<=>?@[\\]{}".utf8).contains($0)
      }
    guard isToken else { return "\(quoted(name)) is not a header's name" }
    guard !ownHeaders.contains(name.lowercased()) else {
      let advice =
        name.lowercased() == "authorization" ? "; use bearer_token_file or basic_auth" : ""
      return "LeakWatch sets the header \(quoted(name)) itself\(advice)"
    }
    return nil
  }
}

extension ValueGrammar where Value == [String: String] {
  /// Container ids, or the first digits of them, to names.
  static var containerNames: ValueGrammar {
    ValueGrammar<String>.name("a container's name such as \"billing\"")
      .map(of: "container ids") { id in
        let isID = (6...64).contains(id.utf8.count) && id.allSatisfy { $0.isHexDigit && $0.isASCII }
        return isID && id == id.lowercased()
          ? nil
          : "\(quoted(id)) is not a container id (6 to 64 of the digits 0–9 a–f)"
      }
      .mapped(
        to: { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.value) }) },
        from: { $0.map { (name: $0.key, value: $0.value) } })
  }
}

extension ValueGrammar where Value == [String: String] {
  /// Labels of an alert, beside those that it has of itself.
  static var alertLabels: ValueGrammar {
    ValueGrammar<String>.name("a label's value such as \"payments\"")
      .map(of: "label names") { name in
        guard MetricName.isLabelName(name), !name.hasPrefix("__") else {
          return
            "\(quoted(name)) is not a label's name (letters, digits and _, without __ before it)"
        }
        guard !AlertmanagerBody.ownLabels.contains(name) else {
          return "every alert has a label \(quoted(name)) of its own"
        }
        return nil
      }
      .mapped(
        to: { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.value) }) },
        from: { $0.map { (name: $0.key, value: $0.value) } })
  }
}

extension ValueGrammar where Value == [String: LabelPattern] {
  /// Expressions by label.
  static var labelPatterns: ValueGrammar {
    ValueGrammar<LabelPattern>.labelPattern
      .map(of: "label names") { name in
        MetricName.isLabelName(name)
          ? nil : "\(quoted(name)) is not a label's name (letters, digits and _)"
      }
      .mapped(
        to: { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.value) }) },
        from: { $0.map { (name: $0.key, value: $0.value) } })
  }
}

extension ValueGrammar where Value == [Signal: MetricSelector] {
  static var signals: ValueGrammar {
    ValueGrammar<MetricSelector>.metricSelector
      .map(of: "signals") { name in
        if let signal = Signal(rawValue: name), !signal.isDerived { return nil }
        let known = Signal.allCases.filter { !$0.isDerived }.map(\.rawValue)
        let advice =
          NearestName.of(name, among: known).map { "did you mean \"\($0)\"?" }
          ?? "known are: " + known.joined(separator: ", ")
        return "unknown signal \(quoted(name)); \(advice)"
      }
      .mapped(
        to: { pairs in
          var signals: [Signal: MetricSelector] = [:]
          for pair in pairs { Signal(rawValue: pair.name).map { signals[$0] = pair.value } }
          return signals
        },
        from: { $0.map { (name: $0.key.rawValue, value: $0.value) } })
  }
}
