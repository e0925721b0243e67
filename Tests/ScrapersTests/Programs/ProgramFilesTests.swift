import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Scrapers

/// What tells the builds of a service from each other by its files.
@Suite struct ProgramFilesTests {
  private let folder: TemporaryFolder
  private let program: String

  init() throws {
    folder = try TemporaryFolder()
    program = folder.url.appendingPathComponent("shopd").path
    try Data("one".utf8).write(to: URL(fileURLWithPath: program))
  }

  private func write(_ text: String, _ name: String, modified seconds: Double? = nil) throws
    -> String
  {
    let path = folder.url.appendingPathComponent(name).path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    if let seconds {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
    }
    return path
  }

  private func mark(_ words: String..., startedAt: Timestamp? = nil) -> BuildMarks.Program? {
    ProgramFiles.mark([words], startedAt: startedAt)
  }

  @Test func anotherFileIsAnotherBuildAndTheSameOneInstalledAgainIsNone() throws {
    let path = try write("first", "api", modified: 1000)
    let first = try #require(mark(path, "--port", "80"))
    #expect(first.isWhole)
    try FileManager.default.removeItem(atPath: path)
    _ = try write("first", "api", modified: 1000)
    #expect(mark(path, "--port", "81") == first)
    _ = try write("other", "api", modified: 2000)
    #expect(mark(path, "--port", "80") != first)
  }

  @Test func aJarIsTheProgramOfAJVM() throws {
    let java = try write("java", "java", modified: 10)
    let jar = try write("jar", "shop.jar", modified: 20)
    let first = try #require(mark(java, "-Xmx1g", "-jar", jar))
    #expect(first.isWhole)
    _ = try write("new", "shop.jar", modified: 30)
    #expect(mark(java, "-Xmx1g", "-jar", jar)?.digest != first.digest)
  }

  @Test func ofAScriptTheInterpreterMayReadMore() throws {
    let python = try write("python", "python3.11", modified: 10)
    let script = try write("import shop", "main.py", modified: 20)
    let first = try #require(mark(python, script, "--config", "/nowhere/shop.toml"))
    #expect(!first.isWhole)
    _ = try write("import shop, new", "main.py", modified: 20)
    #expect(mark(python, script, "--config", "/nowhere/shop.toml")?.digest != first.digest)
  }

  @Test func whatIsNotToBeSeenIsNotKnown() throws {
    #expect(ProgramFiles.mark([], startedAt: nil) == nil)
    #expect(mark("/nowhere/api") == nil)
    #expect(mark(folder.url.path) == nil)
    #expect(mark("api") == nil)
    // Replaced since the process began: it runs another file than lies there.
    #expect(mark(program, startedAt: Timestamp(milliseconds: 1000)) == nil)
    #expect(mark(program, startedAt: Timestamp(milliseconds: 1 << 43)) != nil)
  }
}
