/// What comes from outside, made harmless in the pages that LeakWatch writes.
extension String {
  /// As text and in quoted attributes.
  var htmlEscaped: String {
    printable.reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.append(character)
      }
    }
  }

  /// The same with its line breaks kept, for preformatted text.
  var htmlEscapedLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).htmlEscaped }
      .joined(separator: "\n")
  }
}
