import FoundationEssentials
import Testing

@testable import WatchConfiguration

/// Every file in Bad has beside it the exact diagnostics that it must get; none in Good gets any.
struct CorpusTests {
  @Test(arguments: Repository.files(in: "Bad", extension: ".toml"))
  func badFileGetsItsDiagnostics(file: URL) {
    let outcome = load(file)
    let expected = Repository.text(
      at: file.deletingPathExtension().appendingPathExtension("expected"))
    let found = outcome.diagnostics.map { $0.description + "\n" }.joined()
    #expect(found == expected)
    let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
    #expect((outcome.configuration == nil) == hasErrors)
  }

  @Test(arguments: Repository.files(in: "Good", extension: ".toml"))
  func goodFileGetsNone(file: URL) {
    let outcome = load(file)
    #expect(outcome.diagnostics.map(\.description) == [])
    #expect(outcome.configuration != nil)
  }

  @Test func theCorpusIsThere() {
    #expect(Repository.files(in: "Bad", extension: ".toml").count >= 15)
    #expect(Repository.files(in: "Good", extension: ".toml").count >= 2)
  }

  private func load(_ file: URL) -> ConfigurationOutcome {
    ConfigurationLoader.load(text: Repository.text(at: file), fileName: file.lastPathComponent)
  }
}
