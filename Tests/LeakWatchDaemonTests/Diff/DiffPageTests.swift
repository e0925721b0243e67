import Foundation
import TestSupport
import Testing

/// The page, the table and the messages of `leakwatch diff`, on files made by hand.
@Suite struct DiffPageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func histogram(_ name: String, _ rows: [(String, Int, Int)]) throws -> String {
    var text = " num     #instances         #bytes  class name\n----\n"
    for (index, row) in rows.enumerated() {
      text += "   \(index + 1):  \(row.1)  \(row.2)  \(row.0)\n"
    }
    text += "Total \(rows.map(\.1).reduce(0, +)) \(rows.map(\.2).reduce(0, +))\n"
    return try folder.write(Data(text.utf8), name)
  }

  private func pair() throws -> (old: String, new: String) {
    let old = try histogram("old.txt", [("[B", 10, 1000), ("a.Gone", 5, 400)])
    let new = try histogram(
      "new.txt", [("[B", 20, 4000), ("a.<script>alert(1)</script>", 10, 1000), ("a.Same", 0, 0)])
    return (old, new)
  }

  @Test func theTableNamesWhatGrew() throws {
    let (old, new) = try pair()
    let outcome = try CommandOutcome(of: ["diff", old, new], folder: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        JVM class histogram, shallow size: 1.4 KiB → 4.9 KiB (+3.5 KiB), +15 instances

          GROWTH  SHARE  OBJECTS      NOW  CLASS
        +2.9 KiB   75 %      +10  3.9 KiB  byte[]
         +1000 B   25 %      +10   1000 B  a.<script>alert(1)</script>

        """)
  }

  @Test func theJSONHasWhatTheContractNames() throws {
    let (old, new) = try pair()
    let outcome = try CommandOutcome(
      of: ["diff", old, new, "--json", "--top", "1"], folder: folder)
    let start = """
      {"kind":"jvm_histogram","old":{"bytes":1400,"objects":15,"at":null},\
      "new":{"bytes":5000,"objects":30,"at":null},\
      "growers":[{"name":"byte[]","file":null,"line":null,"old_bytes":1000,"new_bytes":4000,\
      "delta_bytes":3000,"delta_objects":10,"share":0.75,
      """
    #expect(outcome.output.hasPrefix(start))
    #expect(outcome.output.contains(#""stacks":[{"frames":["byte[]"],"delta_bytes":3000,"#))
    #expect(outcome.output.contains(#""shrinkers":[{"name":"a.Gone","#))
    #expect(outcome.output.contains(#""grower_count":2"#))
    #expect(outcome.output.hasSuffix("}\n"))
    #expect(outcome.output.count { $0 == "\n" } == 1)
  }

  /// A class may be named by anybody: in the page it is text and nothing else.
  @Test func thePageIsWholeAndHarmless() throws {
    let (old, new) = try pair()
    let page = folder.path("growth.html")
    let outcome = try CommandOutcome(of: ["diff", old, new, "--html", page], folder: folder)
    #expect(outcome.status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(!html.contains("<script"))
    #expect(html.contains("a.&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.contains("http:") && !html.contains("https:"))
    #expect(html.contains("prefers-color-scheme: dark"))
    // The root and both classes, byte[] three quarters of 1200 wide.
    #expect(html.components(separatedBy: "<rect ").count == 4)
    #expect(html.contains(#"width="899.5""#))
    let parser = XMLCheck(svg: html)
    #expect(parser.isWellFormed)
  }

  @Test func nothingThatGrewIsSaidSo() throws {
    let (old, _) = try pair()
    let outcome = try CommandOutcome(of: ["diff", old, old], folder: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasSuffix("\nNothing grew.\n"))
  }

  @Test func whatCannotBeReadIsNamedWithStatusOne() throws {
    let (old, _) = try pair()
    let missing = try CommandOutcome(of: ["diff", old, "/nowhere/x"], folder: folder)
    #expect(missing.status == 1)
    #expect(missing.errors == "error: /nowhere/x: No such file or directory\n")
    let cut = try folder.write(Data([0x1F, 0x8B, 8, 0]), "cut.pb.gz")
    let outcome = try CommandOutcome(of: ["diff", old, cut], folder: folder)
    #expect(
      outcome.errors
        == "error: \(cut): gzip data is truncated: the file was not written or copied to its end\n")
    let page = try CommandOutcome(of: ["diff", old, old, "--html", "/nowhere/x"], folder: folder)
    #expect(page.status == 1)
    #expect(page.errors == "error: open /nowhere/x: No such file or directory\n")
  }

  @Test func anOlderFileAsNEWIsWarnedOf() throws {
    let (old, new) = try pair()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: new)
    let outcome = try CommandOutcome(of: ["diff", old, new], folder: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("warning: \(old) was written after \(new): "))
  }
}

/// Tags of the inline picture open and close in order.
private struct XMLCheck {
  let isWellFormed: Bool

  init(svg html: String) {
    guard let start = html.range(of: "<svg"), let end = html.range(of: "</svg>") else {
      isWellFormed = false
      return
    }
    var open: [Substring] = []
    for part in html[start.lowerBound..<end.upperBound].split(separator: "<") {
      guard let close = part.firstIndex(of: ">") else {
        isWellFormed = false
        return
      }
      let tag = part[..<close]
      if tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else {
          isWellFormed = false
          return
        }
      } else {
        open.append(tag.prefix { !$0.isWhitespace })
      }
    }
    isWellFormed = open.isEmpty
  }
}
