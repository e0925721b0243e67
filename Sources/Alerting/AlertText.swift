/// What a person reads of an alert, in the journal and on standard error: first which service,
/// what, how fast and when it ends; then why; then what to paste.
package enum AlertText {
  /// "page: api", or "Resolved: api": what stands above everything else.
  package static func title(_ alert: Alert) -> String {
    alert.status == .firing
      ? "\(alert.severity.rawValue): \(alert.key.service)" : "Resolved: \(alert.key.service)"
  }

  /// "5 alerts: 3 firing, 2 resolved".
  package static func title(firing: Int, resolved: Int) -> String {
    let parts = [(firing, "firing"), (resolved, "resolved")].filter { $0.0 > 0 }
    return "\(firing + resolved) alerts: "
      + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  /// Several lines, none of them empty, without a newline at the end.
  package static func text(_ alert: Alert) -> String {
    var lines = [alert.summary]
    // A rule of one figure has said it in its first line.
    lines += alert.reasons.filter { !holds(alert.summary, $0) }.map { "  because: \($0)" }
    lines += alert.checklist.map { "  \($0.question) \($0.answer)" }
    lines += alert.links.map { "  see:     \($0.href) (\($0.text))" }
    lines += alert.commands.map { "  run:     \($0.command)   # \($0.purpose)" }
    return lines.joined(separator: "\n")
  }

  /// Whether the bytes of `part` stand in `text`. `contains` looks for characters that are written
  /// otherwise too, and takes a fifth of the time in which an alert is told.
  private static func holds(_ text: String, _ part: String) -> Bool {
    let (whole, wanted) = (text.utf8.span, part.utf8.span)
    guard wanted.count <= whole.count else { return false }
    return (0...(whole.count - wanted.count)).contains { start in
      wanted.indices.allSatisfy { wanted[$0] == whole[start + $0] }
    }
  }
}
