import FoundationEssentials

/// Files of the project, found from the place of this one.
enum Repository {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

  static func text(of path: String) -> String {
    text(at: root.appending(path: path))
  }

  static func text(at url: URL) -> String {
    (try? String(contentsOf: url, encoding: .utf8)) ?? "\(url.path) cannot be read"
  }

  /// Files of a directory beside the tests, by extension, in the order of their names.
  static func files(in directory: String, extension suffix: String) -> [URL] {
    let url = tests.appending(path: directory)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { url.appending(path: $0) }
  }
}

enum Markdown {
  /// The lines of the table below each heading, where there is one.
  static func tablesByHeading(in text: String) -> [String: [String]] {
    var tables: [String: [String]] = [:]
    var heading = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") { heading = String(line) }
      if line.hasPrefix("|") { tables[heading, default: []].append(String(line)) }
    }
    return tables
  }
}

/// Lines of config.example.toml that set a key, commented out ("#key = …") or not. Prose begins
/// with "# ".
enum ExampleFile {
  struct Setting {
    var header: String
    var key: String
    var value: String
    var line: Int
  }

  static func settings(in text: String) -> [Setting] {
    var settings: [Setting] = []
    var header = ""
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.hasPrefix("#") ? raw.dropFirst() : raw
      if line.hasPrefix("[") {
        header = String(line)
      } else if let equals = line.firstRange(of: " = "), !line.hasPrefix(" ") {
        settings.append(
          Setting(
            header: header, key: String(line[..<equals.lowerBound]),
            value: String(line[equals.upperBound...]), line: index + 1))
      }
    }
    return settings
  }

  /// The array of tables that a table such as [exporter.tls] belongs to.
  static func parent(of header: String) -> String? {
    for name in ["exporter", "exporter_discovery", "sink"] where header.hasPrefix("[\(name).") {
      return "[[\(name)]]"
    }
    return nil
  }
}
