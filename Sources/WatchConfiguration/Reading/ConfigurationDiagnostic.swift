/// A place in the configuration file. Lines and columns count from 1, columns in Unicode scalars.
package struct SourcePosition: Sendable, Hashable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One thing that is wrong, or surely not meant, in a configuration file.
package struct ConfigurationDiagnostic: Sendable, Hashable, CustomStringConvertible {
  package enum Severity: String, Sendable {
    case error, warning
  }

  package var severity: Severity
  package var file: String
  package var position: SourcePosition
  package var message: String

  package init(severity: Severity, file: String, position: SourcePosition, message: String) {
    self.severity = severity
    self.file = file
    self.position = position
    self.message = message
  }

  /// "config.toml:12:3: error: …", the form that editors know how to jump to.
  package var description: String {
    "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)"
  }
}

/// What came of reading a configuration file.
package struct ConfigurationOutcome: Sendable {
  /// nil where there is any error.
  package var configuration: Configuration?
  /// All of them, in the order of the file.
  package var diagnostics: [ConfigurationDiagnostic]

  package init(configuration: Configuration?, diagnostics: [ConfigurationDiagnostic]) {
    self.configuration = configuration
    self.diagnostics = diagnostics
  }
}
