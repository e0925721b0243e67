/// Reads the text of a configuration file: all errors at once, each with its place.
package enum ConfigurationLoader {
  /// Larger files are not configurations, and would only cost memory.
  private static let maximumBytes = 1 << 20

  /// - Parameter fileName: The name that diagnostics carry.
  package static func load(text: String, fileName: String) -> ConfigurationOutcome {
    var log = DiagnosticLog(file: fileName)
    let configuration = read(text, log: &log)
    return ConfigurationOutcome(
      configuration: log.hasErrors ? nil : configuration, diagnostics: log.sorted)
  }

  private static func read(_ text: String, log: inout DiagnosticLog) -> Configuration? {
    guard text.utf8.count <= maximumBytes else {
      let start = SourcePosition(line: 1, column: 1)
      log.error(at: start, "the file has more than 1 MiB; is it a configuration?")
      return nil
    }
    do throws(TOMLSyntaxError) {
      let root = try TOMLParser.parse(text)
      return Configuration.read(root, header: "", log: &log)
    } catch {
      log.error(at: error.position, error.message)
      return nil
    }
  }
}
