import Testing

@testable import WatchConfiguration

/// What is secret shows itself in no text that a program makes by itself.
struct SecretTests {
  @Test func aSecretHidesItself() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    let header = HTTPHeader(name: "X-Key", value: secret)
    for text in ["\(secret)", String(reflecting: secret), dumped, "\(header)", "\([header])"] {
      #expect(!text.contains("hunter2"), "\(text)")
    }
    #expect(secret.revealed == "hunter2")
  }

  /// Secrets put where their file's name belongs, in each way that a person might.
  @Test(arguments: [
    "secret_file = \"hunter2\"", "secret_files = \"hunter2\"", "secret_files = [\"hunter2\"]",
    "url_file = \"hunter2\"", "headers = \"hunter2\"", "headers = { X = \"hunter2\\n\" }",
    "tls = \"hunter2\"", "url = \"hunter2\"", "url = \"ftp://a/hunter2\"",
    "url = \"https://joe:hunter2@a/\"", "url = \"https://a/hunter2#\"", "url = https://a/hunter2",
    "secret_file = whsec_hunter2hunter2hunter2",
    "proxy_url = \"http://joe:hunter2@a:1\"", "type = [\"hunter2\"]", "timeout = {a = \"hunter2\"}",
  ])
  func diagnosticsHideMisplacedSecrets(line: String) {
    let outcome = ConfigurationLoader.load(text: "[[sink]]\n" + line, fileName: "x")
    #expect(outcome.configuration == nil)
    for diagnostic in outcome.diagnostics {
      #expect(!diagnostic.description.contains("hunter2"), "\(diagnostic)")
    }
  }

  @Test func theSummaryHidesThem() throws {
    let text = """
      [[exporter]]
      service = "api"
      url = "http://127.0.0.1/metrics?token=hunter2"
      headers = { X-Key = "hunter2" }
      [[sink]]
      name = "pager"
      url = "https://hooks.example.com/hunter2"
      headers = { X-Key = "hunter2" }
      """
    let outcome = ConfigurationLoader.load(text: text, fileName: "x")
    let lines = try #require(outcome.configuration).summary(bytesPerSeries: 1000)
    #expect(!lines.joined().contains("hunter2"))
  }
}
