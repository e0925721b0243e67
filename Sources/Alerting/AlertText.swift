/// What a person reads of an alert, in the journal and on standard error: first which service,
/// what, how fast and when it ends; then why; then what to paste.
package enum AlertText {
  /// Several lines, none of them empty, without a newline at the end.
  package static func text(_ alert: Alert) -> String {
    var lines = [alert.summary]
    lines += alert.reasons.map { "  because: \($0)" }
    if let evidence = alert.evidence { lines.append("  found:   \(evidence.conclusion)") }
    lines += alert.links.map { "  see:     \($0.href) (\($0.text))" }
    lines += alert.commands.map { "  run:     \($0.command)   # \($0.purpose)" }
    return lines.joined(separator: "\n")
  }
}
