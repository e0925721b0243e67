import Testing

@testable import Scrapers

@Suite struct CgroupGlobTests {
  @Test(arguments: [
    ("system.slice/*", "/system.slice/api.service", true),
    ("system.slice/*", "system.slice/system-pg.slice/pg@1.service", false),
    ("system.slice/**", "system.slice/system-pg.slice/pg@1.service", true),
    ("system.slice/**", "system.slice", true),
    ("**", "/", true), ("**", "/a/b/c", true), ("**/c", "/a/b/c", true), ("**/c", "/c", true),
    ("**/c", "/a/cc", false), ("a/**/c", "a/c", true), ("a/**/c", "a/x/y/c", true),
    ("a/**/c", "a/x/y", false), ("a/**/b/**/c", "a/b/x/b/y/c", true),
    ("demo/api", "/demo/api", true), ("/demo/api/", "demo/api", true),
    ("demo/api", "demo/apis", false), ("demo/a?i", "demo/api", true),
    ("demo/a?i", "demo/ai", false),
    ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("*.service", "a.service", true),
    ("*.service", ".service", true), ("*x", "xxxy", false), ("a*a", "a", false),
    ("a\\x2db.service", "a\\x2db.service", true), ("a\\x2db.service", "a-b.service", false),
    ("foo**bar", "fooxbar", true), ("[ab]", "a", false), ("[ab]", "[ab]", true),
    ("", "/", true), ("", "a", false), ("*", "", false),
  ])
  func matches(pattern: String, path: String, expected: Bool) {
    #expect(CgroupGlob(pattern).matches(path) == expected)
  }

  /// Every pattern and text of up to four letters, against the definition written as recursion.
  @Test func everySmallComponentAgreesWithTheDefinition() {
    func define(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
      guard let head = pattern.first else { return text.isEmpty }
      if head == "*" {
        return define(pattern.dropFirst(), text)
          || (!text.isEmpty && define(pattern, text.dropFirst()))
      }
      guard let next = text.first, head == next || head == "?" else { return false }
      return define(pattern.dropFirst(), text.dropFirst())
    }
    func words(_ alphabet: [Character], upTo length: Int) -> [[Character]] {
      (0..<length).reduce(into: [[]]) { words, _ in
        words += words.flatMap { word in alphabet.map { word + [$0] } }
      }
    }
    for pattern in Set(words(["a", "b", "*", "?"], upTo: 4)) where !pattern.isEmpty {
      // A whole component "**" has a meaning of its own.
      if pattern == ["*", "*"] { continue }
      let glob = CgroupGlob(String(pattern))
      for text in Set(words(["a", "b"], upTo: 4)) where !text.isEmpty {
        #expect(glob.matches(String(text)) == define(pattern[...], text[...]))
      }
    }
  }
}
