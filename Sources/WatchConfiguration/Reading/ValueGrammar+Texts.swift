internal import Alerting
internal import TimeSeries

extension ValueGrammar where Value == String {
  /// Any text with at least one and at most `limit` bytes, all of them printable.
  static func name(_ expected: String, atMost limit: Int = 200) -> ValueGrammar {
    .text("string", expected: expected, range: "1 to \(limit) bytes") {
      text throws(ValueProblem) in
      guard !text.isEmpty else { throw ValueProblem("expected \(expected), found an empty string") }
      guard text.utf8.count <= limit else {
        throw ValueProblem("\(quoted(text)) is longer than \(limit) bytes")
      }
      if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        throw ValueProblem("\(quoted(text)) has a control character")
      }
      return text
    } write: {
      $0
    }
  }

  /// An expression for a Prometheus server, which alone can judge it.
  static var promQL: ValueGrammar {
    var grammar = name("a PromQL expression", atMost: 4096)
    grammar.typeName = "PromQL"
    return grammar
  }

  /// An absolute path.
  static var path: ValueGrammar {
    .text("path", expected: "a path in quotes", parse: PathGrammar.parse) { $0 }
  }

  static var glob: ValueGrammar {
    .text("glob", expected: "a glob such as \"system.slice/*\"", parse: GlobGrammar.parse) { $0 }
  }

  static var cgroupPath: ValueGrammar {
    .text(
      "path below the cgroup root", expected: "a path such as \"system.slice/api.service\"",
      parse: GlobGrammar.parsePath
    ) { $0 }
  }

  /// The type of a body, RFC 9110, 8.3.1, as far as anybody writes it.
  static var mediaType: ValueGrammar {
    .text("media type", expected: "a media type such as \"application/json\"") {
      text throws(ValueProblem) in
      let parts = text.prefix { $0 != ";" }.split(separator: "/", omittingEmptySubsequences: false)
      let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
        throw ValueProblem("\(quoted(text)) is not a media type such as \"application/json\"")
      }
      return text
    } write: {
      $0
    }
  }

  static var labelName: ValueGrammar {
    .text("label name", expected: "a label's name such as \"service\"") {
      text throws(ValueProblem) in
      guard MetricName.isLabelName(text) else {
        throw ValueProblem("\(quoted(text)) is not a label's name (letters, digits and _)")
      }
      return text
    } write: {
      $0
    }
  }

  /// What follows "name = " in a sink: part of commands, labels and the names of records.
  static var identifier: ValueGrammar {
    .text("string", expected: "a name such as \"pager\"", range: "1 to 64 of A–Z a–z 0–9 _ - .") {
      text throws(ValueProblem) in
      let isPlain = text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
      guard isPlain, (1...64).contains(text.utf8.count) else {
        throw ValueProblem(
          "\(quoted(text)) is not a name of 1 to 64 letters, digits, \"_\", \"-\" or \".\"")
      }
      return text
    } write: {
      $0
    }
  }
}

extension ValueGrammar where Value == String {
  /// A host as the header `Host` names it, without a port: which port a proxy has is its own matter.
  static var hostName: ValueGrammar {
    .text("host name", expected: "a host name such as \"leakwatch.example.com\"") {
      text throws(ValueProblem) in
      let host = try HostPort.parse(text[...])
      guard host.port == nil else {
        throw ValueProblem("\(quoted(text)) has a port; write the name alone, any port is allowed")
      }
      return host.host.lowercased()
    } write: {
      $0
    }
  }

  /// An absolute path of a list of targets; "*" and "?" may stand in its last part.
  static var targetFile: ValueGrammar {
    .text("path", expected: "a path in quotes", range: "*.json") { text throws(ValueProblem) in
      let path = try PathGrammar.parse(text)
      let parts = path.split(separator: "/")
      if parts.dropLast().contains(where: { $0.contains("*") || $0.contains("?") }) {
        throw ValueProblem("\(quoted(text)) has a pattern before its last part")
      }
      guard let name = parts.last, !name.lowercased().hasSuffix(".yml"),
        !name.lowercased().hasSuffix(".yaml")
      else {
        throw ValueProblem(
          "lists of targets are read as JSON, not YAML; Prometheus takes the same list as a .json file"
        )
      }
      guard name.lowercased().hasSuffix(".json") else {
        throw ValueProblem("\(quoted(text)) does not end in \".json\", as a list of targets must")
      }
      return path
    } write: {
      $0
    }
  }
}

extension ValueGrammar where Value == LabelPattern {
  /// A regular expression that must match a whole value.
  static var labelPattern: ValueGrammar {
    .text("regular expression", expected: "a regular expression such as \"prod.*\"") {
      text throws(ValueProblem) in
      do throws(LabelPatternFault) {
        return try LabelPattern(text)
      } catch {
        throw ValueProblem(
          "\(quoted(text)) is not a regular expression: character \(error.column): \(error.message)"
        )
      }
    } write: {
      $0.text
    }
  }
}

extension ValueGrammar where Value == Shard {
  static var shard: ValueGrammar {
    .text("string", expected: "a share such as \"1/3\"", range: "1/1 to 1000/1000") {
      text throws(ValueProblem) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { part in
        part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
      }
      guard parts.count == 2, numbers.count == 2, numbers[1] <= 1000,
        let shard = Shard(index: numbers[0], count: numbers[1])
      else {
        throw ValueProblem(
          "\(quoted(text)) is not a share such as \"1/3\": the number of this instance, from 1, and "
            + "of all, up to 1000")
      }
      return shard
    } write: {
      $0.description
    }
  }
}

extension ValueGrammar where Value == WebURL {
  static var url: ValueGrammar {
    .text("URL", expected: "a URL in quotes", range: "http or https", parse: URLGrammar.parse) {
      $0.text
    }
  }
}

extension ValueGrammar where Value == ListenAddress {
  static var listenAddress: ValueGrammar {
    .text(
      "address", expected: "an address such as \"127.0.0.1:9788\"",
      range: "an IP address, or a Unix socket", parse: ListenGrammar.parse,
      write: ListenGrammar.write)
  }
}

extension ValueGrammar where Value == MetricSelector {
  static var metricSelector: ValueGrammar {
    .text(
      "metric selector", expected: "a selector such as 'my_heap_bytes{area=\"heap\"}'",
      parse: MetricSelectorGrammar.parse
    ) { $0.description }
  }
}

extension ValueGrammar where Value == ServiceName {
  static var serviceName: ValueGrammar {
    ValueGrammar<String>.name("a service's name such as \"api\"")
      .mapped(to: { ServiceName($0) }, from: { $0.text })
  }
}

extension ValueGrammar where Value == ServicePattern {
  static var servicePattern: ValueGrammar {
    var grammar = ValueGrammar<String>.name("a service's name or a pattern such as \"api-*\"")
    grammar.typeName = "pattern"
    return grammar.mapped(to: { ServicePattern($0) }, from: { $0.text })
  }
}

extension ValueGrammar where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words that are the raw values.
  static func choice(_ what: String) -> ValueGrammar {
    let words = Value.allCases.map(\.rawValue)
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return .text("string", expected: "a \(what) (\(list))", range: list) {
      text throws(ValueProblem) in
      if let value = Value(rawValue: text) { return value }
      let near = NearestName.of(text, among: words)
      let advice = near.map { "did you mean \"\($0)\"?" } ?? "there is \(list)"
      throw ValueProblem("unknown \(what) \(quoted(text)); \(advice)")
    } write: {
      $0.rawValue
    }
  }
}
