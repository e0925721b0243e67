/// Emphasis on a terminal that takes it (ECMA-48, "select graphic rendition").
enum TextStyle: String {
  case plain = ""
  case bold = "1"
  case faint = "2"
  case alarm = "1;31"
  case caution = "33"

  func apply(_ text: String) -> String {
    self == .plain ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }
}
