/// One place in a program, as far as its kind of profile knows it.
package struct ProfileFrame: Hashable, Sendable {
  /// Where memory is counted together.
  package struct Site: Hashable, Sendable {
    /// A function (pprof), a class (JVM), a constructor (Node), "file:line" (Python).
    package var name: String
    /// What tells apart two sites of one name: the path of a Python file or of a library.
    package var distinction = ""
  }

  package var site: Site
  /// As recorded, usually absolute.
  package var path: String?
  /// 1-based.
  package var line: Int?

  package init(site: Site, path: String? = nil, line: Int? = nil) {
    self.site = site
    self.path = path
    self.line = line
  }

  /// The last part of the path: "cache.go".
  package var file: String? { path.map(Self.lastComponent) }

  /// "cache.go:42"; nil where no file is known.
  package var location: String? {
    guard let file else { return nil }
    return line.map { "\(file):\($0)" } ?? file
  }

  /// "main.(*Cache).Put cache.go:42"; a name that is a location already stands alone.
  package var text: String {
    guard let location, location != site.name else { return site.name }
    return "\(site.name) \(location)"
  }

  /// Both kinds of separators: a profile may come from Windows.
  static func lastComponent(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(where: { $0 == 0x2F || $0 == 0x5C }) else { return path }
    let name = path[path.utf8.index(after: end)...]
    return name.isEmpty ? path : String(name)
  }
}
