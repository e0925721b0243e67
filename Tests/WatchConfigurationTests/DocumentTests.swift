import FoundationEssentials
import Testing

@testable import WatchConfiguration

/// The reference, the example file and the code name the same keys with the same defaults.
struct DocumentTests {
  private let reference = Repository.text(of: "docs/configuration.md")
  private let example = Repository.text(of: "config.example.toml")

  @Test func referenceHasTheTableOfEverySection() {
    let parts = Markdown.tablesByHeading(in: reference)
    for section in Configuration.references {
      let heading = ReferenceTable.heading(of: section)
      #expect(
        parts[heading] == ReferenceTable.lines(of: section),
        "docs/configuration.md, \(heading): the table must be\n\(ReferenceTable.lines(of: section).joined(separator: "\n"))"
      )
    }
  }

  @Test func referenceHasNoTableOfAnUnknownSection() {
    let known = Set(Configuration.references.map(ReferenceTable.heading))
    let found = Markdown.tablesByHeading(in: reference).filter {
      $0.value.first == ReferenceTable.head.first
    }
    #expect(Set(found.keys) == known)
  }

  @Test func exampleAsShippedIsTheBuiltInDefault() throws {
    let outcome = ConfigurationLoader.load(text: example, fileName: "config.example.toml")
    #expect(outcome.diagnostics.map(\.description) == [])
    #expect(outcome.configuration == Configuration())
  }

  @Test func exampleHasEveryKey() {
    let settings = ExampleFile.settings(in: example)
    for section in Configuration.references {
      for key in section.keys where !key.typeName.contains("table") {
        let isThere = settings.contains { $0.header == section.header && $0.key == key.name }
        #expect(isThere, "config.example.toml lacks \(key.name) in \(section.header)")
      }
    }
    let headers = Set(settings.map(\.header))
    for section in Configuration.references where !section.header.isEmpty {
      #expect(headers.contains(section.header), "config.example.toml lacks \(section.header)")
    }
  }

  @Test func exampleShowsTheDefaults() {
    for setting in ExampleFile.settings(in: example) {
      let section = Configuration.references.first { $0.header == setting.header }
      guard let key = section?.keys.first(where: { $0.name == setting.key }) else { continue }
      if case .defaults(let literal) = key.presence, literal != "[]", literal != "{}" {
        #expect(setting.value == literal, "config.example.toml:\(setting.line)")
      }
    }
  }

  /// Each line that is commented out can be used as it stands, once what its table needs is there.
  @Test func everyLineOfTheExampleIsSound() {
    let required = [
      "[[exporter]]": "service = \"x\"\nurl = \"http://127.0.0.1:1/metrics\"",
      "[prometheus.basic_auth]": "username = \"x\"\npassword_file = \"/x\"",
      "[[exporter_discovery]]": "files = [\"/x.json\"]",
      "[exporter_discovery.basic_auth]": "username = \"x\"\npassword_file = \"/x\"",
      "[exporter_discovery.server.basic_auth]": "username = \"x\"\npassword_file = \"/x\"",
      "[[prometheus]]": "url = \"http://127.0.0.1:9090\"\nmemory = \"up\"",
      "[[restart_policy]]": "name = \"x\"\nservices = [\"x\"]\nmax_uptime = \"7d\"",
      "[[sink]]": "name = \"x\"\nurl = \"https://example.com/\"",
      "[exporter.basic_auth]": "username = \"x\"\npassword_file = \"/x\"",
      "[sink.basic_auth]": "username = \"x\"\npassword_file = \"/x\"",
    ]
    let alertmanagerKeys = ["urls", "resend_interval", "labels", "generator_url"]
    for setting in ExampleFile.settings(in: example) {
      var lines = (required[setting.header] ?? "").split(separator: "\n").map(String.init)
      lines.removeAll { $0.hasPrefix("\(setting.key) =") }
      if ["url_file", "urls"].contains(setting.key) { lines.removeAll { $0.hasPrefix("url =") } }
      if setting.header == "[[sink]]",
        ["template_file", "content_type", "method"].contains(setting.key)
      {
        lines.append("type = \"template\"")
        if setting.key != "template_file" { lines.append("template_file = \"/x\"") }
      }
      if setting.key == "routing_key_file" { lines.append("type = \"pagerduty\"") }
      if setting.header == "[[sink]]", alertmanagerKeys.contains(setting.key) {
        lines.append("type = \"alertmanager\"")
      }
      if setting.key == "cert_file" { lines.append("key_file = \"/x\"") }
      if setting.key == "key_file" { lines.append("cert_file = \"/x\"") }
      lines.append("\(setting.key) = \(setting.value)")
      if setting.header == "[[exporter_discovery]]", setting.key == "url" {
        lines.removeAll { $0.hasPrefix("files =") }
      }
      let parent = ExampleFile.parent(of: setting.header)
      let needed =
        setting.header.hasPrefix("[exporter_discovery.server")
        ? "url = \"https://x/\"" : parent.flatMap { required[$0] } ?? ""
      let sinks =
        setting.header == "[[restart_policy]]" && setting.key == "sink"
        ? "[[sink]]\nname = \"ops\"\nurl = \"https://x/\"\n" : ""
      let text =
        sinks + (parent.map { "\($0)\n\(needed)\n" } ?? "") + setting.header + "\n"
        + lines.joined(separator: "\n")
      let outcome = ConfigurationLoader.load(text: text, fileName: "config.example.toml")
      let errors = outcome.diagnostics.filter { $0.severity == .error }
      #expect(errors.isEmpty, "config.example.toml:\(setting.line): \(errors)")
    }
  }
}
