/// Patterns on a cgroup's path below the root: "system.slice/*", "**/docker-*.scope".
enum GlobGrammar {
  /// The pattern as it stands, once it can match anything at all.
  static func parse(_ text: String) throws(ValueProblem) -> String {
    try checkPath(text, kind: "a pattern")
    return text
  }

  /// A path below the cgroup root, such as "system.slice/api.service".
  static func parsePath(_ text: String) throws(ValueProblem) -> String {
    try checkPath(text, kind: "a cgroup's path")
    if text.contains("*") || text.contains("?") {
      throw ValueProblem("one cgroup is named here, without patterns: \(quoted(text))")
    }
    return text
  }

  private static func checkPath(_ text: String, kind: String) throws(ValueProblem) {
    let expected = "expected \(kind) such as \"system.slice/"
    let example = kind == "a pattern" ? "*\"" : "api.service\""
    guard !text.isEmpty else { throw ValueProblem(expected + example + ", found an empty string") }
    if text.hasPrefix("/") {
      throw ValueProblem(
        "\(quoted(text)) begins with \"/\"; write it from below the cgroup root: "
          + quoted(String(text.drop { $0 == "/" })))
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      throw ValueProblem("\(quoted(text)) has an empty, \".\" or \"..\" part and matches nothing")
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw ValueProblem("\(quoted(text)) has a control character and matches nothing")
    }
  }
}
