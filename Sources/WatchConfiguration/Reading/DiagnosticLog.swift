/// Collects what is said of one file while it is read.
struct DiagnosticLog {
  let file: String
  private(set) var diagnostics: [ConfigurationDiagnostic] = []

  init(file: String) {
    self.file = file
  }

  mutating func error(at position: SourcePosition, _ message: String) {
    add(.error, at: position, message)
  }

  mutating func warning(at position: SourcePosition, _ message: String) {
    add(.warning, at: position, message)
  }

  private(set) var errorCount = 0
  var hasErrors: Bool { errorCount > 0 }

  /// In the order of the file; at one place, in the order of the alphabet.
  var sorted: [ConfigurationDiagnostic] {
    diagnostics.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
  }

  private mutating func add(
    _ severity: ConfigurationDiagnostic.Severity, at position: SourcePosition, _ message: String
  ) {
    if severity == .error { errorCount += 1 }
    diagnostics.append(
      ConfigurationDiagnostic(severity: severity, file: file, position: position, message: message))
  }
}
