import Testing
@testable import WatchConfiguration
@Test func explore() {
  let bad = [
    "a", "a =", "a = 60s", "a = \"x", "a = 'x", "[a", "[a\n", "[a]\n[a]", "a = 1\na = 2",
    "a = [1, 2", "a = [1 2]", "a = {b = 1", "a = {b = 1\n}", "a = 1 b = 2", "= 1", "a = yes",
    "a = True", "a = \"\\q\"", "a = 01", "a = 99999999999999999999", "[[a]]\n[a]", "[a]\n[[a]]",
    "a = 1\n[a]", "a.b = 1\na = 2", "a = \"\"\"x", "a = \"x\ny\"", "a: 1", "[]", "[a]]", "[[a]",
    "[a] b = 1", "a = \u{1}", "é = 1", "a = http://x", "a = /sys/fs", "a = 1.5.2", "a = .5",
    "a = 5.", "a = 1_", "a = 15s", "a = 1979-13-01", "\tinterval \"60s\"", "a = “60s”",
    "a = {b = 1, }", "a = [,]", "a = 1\n\n  b == 2", "a = nul", "a = \"\\u00zz\"", "a=[[[",
    "a b = 1", "\"a = 1", "}", "include = system.slice/*", "a = -", "a = inf0",
    "[exporter.signals\nx=1", "a = \"\\",
  ]
  for text in bad {
    do throws(TOMLDocument.SyntaxError) {
      _ = try TOMLDocument.parse(text); print("OK", text.debugDescription)
    } catch {
      print(text.debugDescription, "->", error.position.line, error.position.column, error.message)
    }
  }
}
