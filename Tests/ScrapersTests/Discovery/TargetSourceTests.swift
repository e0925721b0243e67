import Formats
import Foundation
import LinuxSystem
import Scrapers
import TestSupport
import Testing
import TimeSeries

/// Sources of target lists on a real loop, with real files and a real server.
@Suite struct TargetSourceTests {
  let loop: EventLoop
  let folder: TemporaryFolder
  let notes = Notes()

  final class Notes {
    var reports: [TargetListReport] = []
    var targets: [String] { (reports.last?.groups ?? []).flatMap(\.targets) }
    var problems: [String] { reports.flatMap(\.problems) }
  }

  init() throws {
    loop = try EventLoop()
    folder = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func write(_ text: String, to name: String, atomically: Bool = true) throws {
    try text.write(toFile: path(name), atomically: atomically, encoding: .utf8)
  }

  private func list(_ targets: String...) -> String {
    "[{\"targets\": [\(targets.map { "\"\($0)\"" }.joined(separator: ","))]}]"
  }

  /// Turns the loop until the condition holds. - Returns: whether it does.
  private func run(_ seconds: Double = 10, until condition: () -> Bool = { false }) throws -> Bool {
    let end = SystemClock.monotonic() + .seconds(seconds)
    while !condition(), SystemClock.monotonic() < end {
      try loop.turn(waitingAtMost: .seconds(0.05))
    }
    return condition()
  }

  /// An interval that never comes in a test: only inotify tells of changes.
  private func files(_ patterns: String..., every interval: TimeSpan = .hours(1))
    -> FileTargetSource
  {
    FileTargetSource(
      patterns: patterns.map(path), interval: interval, loop: loop
    ) { [notes] in notes.reports.append($0) }
  }

  @Test func filesAreReadAtOnceAndWhenTheyChange() throws {
    try write(list("a:1"), to: "one.json")
    let source = files("*.json")
    source.start()
    #expect(notes.targets == ["a:1"])
    #expect(notes.reports[0].groups[0].labels["__meta_filepath"] == path("one.json"))
    for isAtomic in [true, false] {
      try write(list("a:1", "b:\(isAtomic)"), to: "one.json", atomically: isAtomic)
      #expect(try run { notes.targets == ["a:1", "b:\(isAtomic)"] })
    }
    try write(list("c:1"), to: "two.json")
    #expect(try run { notes.targets == ["a:1", "b:false", "c:1"] })
    try FileManager.default.removeItem(atPath: path("one.json"))
    #expect(try run { notes.targets == ["c:1"] })
    try write("[]", to: "two.json")
    #expect(try run { notes.targets == [] })
    #expect(notes.problems == [])
  }

  @Test func whatDoesNotChangeTheListIsNotTold() throws {
    try write(list("a:1"), to: "one.json")
    let source = files("*.json")
    source.start()
    try write(list("a:1"), to: "one.json")
    try write("unrelated", to: "note.txt")
    try write(list("half:1"), to: ".one.json")
    _ = try run(0.6)
    #expect(notes.reports.count == 1)
  }

  @Test func aBrokenListKeepsTheLastOneAndIsSaidOnce() throws {
    try write(list("a:1"), to: "one.json")
    let source = files("one.json")
    source.start()
    for text in ["[{\"targets\": [\"b:1\"", "", "nonsense"] {
      try write(text, to: "one.json")
      _ = try run(0.4)
    }
    #expect(notes.targets == ["a:1"])
    #expect(
      notes.problems == [
        "\(path("one.json")): line 1, column 20: expected \",\" or \"]\", found the end; "
          + "its last list is kept"
      ])
    try write(list("b:1"), to: "one.json")
    #expect(try run { notes.targets == ["b:1"] })
    try write("again", to: "one.json")
    #expect(try run { notes.problems.count == 2 })
  }

  @Test func aNamedFileThatGoesKeepsItsList() throws {
    try write(list("a:1"), to: "one.json")
    let source = files("one.json")
    source.start()
    try FileManager.default.removeItem(atPath: path("one.json"))
    #expect(try run { notes.problems.count == 1 })
    #expect(notes.targets == ["a:1"])
    #expect(notes.problems[0].hasSuffix("No such file or directory; its last list is kept"))
  }

  /// A ConfigMap: the file is a link into "..data", and that a link which is swapped.
  @Test func kubernetesSwapsALink() throws {
    let manager = FileManager.default
    for (name, target) in [("..v1", "a:1"), ("..v2", "b:1")] {
      try manager.createDirectory(atPath: path(name), withIntermediateDirectories: false)
      try write(list(target), to: "\(name)/targets.json")
    }
    try manager.createSymbolicLink(atPath: path("..data"), withDestinationPath: "..v1")
    try manager.createSymbolicLink(
      atPath: path("targets.json"), withDestinationPath: "..data/targets.json")
    let source = files("*.json")
    source.start()
    #expect(notes.targets == ["a:1"])
    try manager.createSymbolicLink(atPath: path("..new"), withDestinationPath: "..v2")
    try Program("mv", package: "coreutils").run(["-T", path("..new"), path("..data")])
    #expect(try run { notes.targets == ["b:1"] })
  }

  @Test func aDirectoryThatAppearsLaterIsFound() throws {
    let source = files("later/*.json", every: .seconds(0.2))
    source.start()
    #expect(notes.targets == [])
    #expect(notes.problems.count == 1)
    try FileManager.default.createDirectory(
      atPath: path("later"), withIntermediateDirectories: false)
    try write(list("a:1"), to: "later/x.json")
    #expect(try run { notes.targets == ["a:1"] })
    #expect(notes.problems.count == 1)
  }

  @Test func aServerIsAskedAtItsInterval() throws {
    let server = try TestService.python("target_server.py", [path("answer")])
    try write("200 application/json\n" + list("a:1"), to: "answer")
    let client = try HTTPClient(loop: loop)
    var address = HTTPTargetSource.Address(url: server.url("/targets?key=s3cret"))
    try write("t0ken\n", to: "token")
    address.credentials = .bearer(tokenFile: path("token"))
    let source = HTTPTargetSource(
      address, interval: .seconds(0.5), loop: loop, client: { client }
    ) { [notes] in notes.reports.append($0) }
    source.start()
    #expect(try run { notes.targets == ["a:1"] })
    let log = try String(contentsOfFile: path("answer.log"), encoding: .utf8)
    #expect(log.contains("\"X-Prometheus-Refresh-Interval-Seconds\": \"0.5\""))
    #expect(log.contains("\"Authorization\": \"Bearer t0ken\""))
    try write("200 application/json; charset=utf-8\n" + list("b:1"), to: "answer")
    #expect(try run { notes.targets == ["b:1"] })
    #expect(notes.problems == [])

    // Whatever goes wrong then: the list stays, and each trouble is said once.
    let troubles = [
      ("500 text/plain\noops", "the server answered 500 in place of a list of targets"),
      (
        "200 text/html\n<html>",
        "the Content-Type is text/html, not application/json"
      ),
      ("200\n[]", "the Content-Type is none, not application/json"),
      ("200 application/json\n[{", "line 1, column 3: expected a string in quotes, found the end"),
      ("hang", "waiting for the first byte"),
    ]
    for (index, trouble) in troubles.enumerated() {
      try write(trouble.0, to: "answer")
      #expect(try run { notes.problems.count == index + 1 }, "\(trouble.0)")
      _ = try run(1.2)
      #expect(notes.problems.count == index + 1)
      #expect(notes.problems.last?.contains(trouble.1) == true, "\(notes.problems)")
      #expect(notes.problems.last?.hasSuffix("its last list is kept") == true)
      #expect(notes.problems.last?.contains("s3cret") == false)
      #expect(notes.targets == ["b:1"])
      let before = notes.reports.count
      try write("200 application/json\n" + list("b:1"), to: "answer")
      _ = try run(1.2)
      #expect(notes.reports.count == before)
    }
    try write("200 application/json\nnull", to: "answer")
    #expect(try run { notes.targets == [] })
    source.stop()
    let asked = notes.reports.count
    try write("500\n", to: "answer")
    _ = try run(1)
    #expect(notes.reports.count == asked)
  }
}
