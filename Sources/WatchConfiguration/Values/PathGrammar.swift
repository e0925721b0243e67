/// Absolute paths of files and directories: a daemon has no directory that others could mean.
enum PathGrammar {
  /// Messages do not repeat the text: it may be a secret that was put in the place of its file.
  static func parse(_ text: String) throws(ValueProblem) -> String {
    guard text.hasPrefix("/") else {
      throw ValueProblem(
        "expected the absolute path of a file or directory, "
          + (text.isEmpty
            ? "found an empty string" : "found a string that does not begin with \"/\""))
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw ValueProblem("a path cannot have control characters")
    }
    return text
  }
}
