import Foundation
import TestSupport
import Testing

/// What the package has beside the executable and is made from it: manual pages and completions.
@Suite struct PackageFilesTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func shell(_ script: String, _ argument: String) throws -> String {
    let output = try Program("bash", package: "bash").run(["-c", script, argument])
    return String(decoding: output, as: UTF8.self)
  }

  private func leakwatch(_ arguments: [String]) throws -> String {
    let outcome = try CommandOutcome(of: arguments, folder: folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  /// The page as `man` shows it on a wide terminal, without its stress.
  private func page(_ name: String) throws -> String {
    _ = try Program("man", package: "man-db")
    let script = Self.root.appendingPathComponent("scripts/manual")
    try Program("python3", package: "python3").run([
      "-B", script.path, DaemonRig.binary.path, folder.url.path,
    ])
    let path = folder.url.appendingPathComponent(name).path
    let warnings = try shell("man --warnings -E UTF-8 -l -Tutf8 -Z \"$0\" 2>&1 >/dev/null", path)
    #expect(warnings == "", "\(name)")
    return try shell(
      "MANWIDTH=1000 GROFF_NO_SGR=1 man -E UTF-8 -P cat -l \"$0\" | sed 's/.\\x08//g'", path)
  }

  /// The spellings of every command and option below `command`, as they stand on a command line.
  private func words(of command: [String: Any], above: String) -> [String] {
    var words: [String] = []
    let name = above + (command["commandName"] as? String ?? "?")
    for argument in command["arguments"] as? [[String: Any]] ?? [] {
      for spelling in argument["names"] as? [[String: Any]] ?? [] {
        let dashes = spelling["kind"] as? String == "short" ? "-" : "--"
        words.append(dashes + (spelling["name"] as? String ?? "?"))
      }
    }
    for below in command["subcommands"] as? [[String: Any]] ?? []
    // What systemd starts and nobody types stands nowhere.
    where below["commandName"] as? String != "help" && below["shouldDisplay"] as? Bool != false {
      words.append("\(name) \(below["commandName"] as? String ?? "?")")
      words += self.words(of: below, above: "\(name) ")
    }
    return words
  }

  @Test func manualPageHasEveryCommandAndOption() throws {
    let dump = try leakwatch(["--experimental-dump-help"])
    let parsed = try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any]
    let command = try #require(parsed?["command"] as? [String: Any])
    let page = try page("leakwatch.8")
    let wanted = words(of: command, above: "")
    #expect(wanted.contains("leakwatch run"))
    #expect(wanted.contains("--config"))
    for word in wanted {
      let isThere = page.contains(word)
      #expect(isThere, "leakwatch(8) lacks \(word)")
    }
  }

  /// The reference that the page is made from is compared with the code elsewhere.
  @Test func manualPageHasEveryTableAndKeyOfTheExample() throws {
    let example = try String(
      contentsOf: Self.root.appendingPathComponent("config.example.toml"), encoding: .utf8)
    let page = try page("leakwatch.toml.5").split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    var table = ""
    var found = 0
    for line in example.split(separator: "\n") {
      let text = line.drop { $0 == "#" }
      if let header = text.wholeMatch(of: /\[+[a-z_.]+\]+/) {
        table = String(header.output)
        let isThere = Self.isNamedFreely(in: table) || page.contains(table)
        #expect(isThere, "leakwatch.toml(5) lacks \(table)")
      } else if let setting = text.prefixMatch(of: /([a-z_]+)[ ]=/), !Self.isNamedFreely(in: table)
      {
        let key = String(setting.1)
        found += 1
        let isThere = page.contains { $0 == key || $0.hasPrefix("\(key) ") }
        #expect(isThere, "leakwatch.toml(5) lacks \(key) of \(table)")
      }
    }
    #expect(found > 100)
  }

  /// Tables whose keys are the user's own; the reference has them as a key of the table above.
  private static func isNamedFreely(in table: String) -> Bool {
    table == "[names]" || table.hasSuffix(".signals]") || table.hasSuffix(".cgroups]")
  }

  /// The lines of config.toml in the ConfigMap are indented by four.
  @Test func configurationOfTheDaemonSetIsValid() throws {
    let manifest = try String(
      contentsOf: Self.root.appendingPathComponent("deploy/kubernetes/daemonset.yml"),
      encoding: .utf8)
    let block = try #require(manifest.split(separator: "config.toml: |\n").dropFirst().first)
    let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.isEmpty || $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    for text in [lines, lines.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }] {
      let file = folder.url.appendingPathComponent("config.toml")
      try Data(text.joined(separator: "\n").utf8).write(to: file)
      let checked = try leakwatch(["check-config", file.path])
      #expect(checked.contains("below /host/cgroup"))
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreSound(shellName: String) throws {
    let script = try leakwatch(["--generate-completion-script", shellName])
    let file = folder.url.appendingPathComponent("leakwatch.\(shellName)")
    try Data(script.utf8).write(to: file)
    try Program(shellName, package: shellName).run(["-n", file.path])
    #expect(script.contains("check-config"))
  }
}
