import Foundation
import LinuxSystem
import TestSupport
import Testing

/// Real runtimes that leak: the guilty class, constructor or line must come first.
@Suite struct RuntimeDiffTests {
  private func lines(of output: Data) -> [[String]] {
    String(decoding: output, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
  }

  private func jvm() throws -> TestService {
    let java = try Program("java", package: "openjdk-17-jdk-headless")
    return try TestService([
      java.url.path, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
      TestService.path("LeakyService.java"),
    ])
  }

  /// The JVM's own histogram is the judge of what a heap dump says.
  @Test func aHeapDumpsClassesAreThoseOfTheHistogram() throws {
    let folder = try TemporaryFolder()
    let curl = try Program("curl", package: "curl")
    let jcmd = try Program("jcmd", package: "openjdk-17-jdk-headless")
    let service = try jvm()
    let take = { (name: String) in
      let process = "\(service.processIdentifier)"
      try jcmd.run([process, "GC.heap_dump", folder.path(name + ".hprof")])
      _ = try folder.write(try jcmd.run([process, "GC.class_histogram"]), name + ".txt")
    }
    try curl.run(["--silent", "--fail", service.url("/leak?1000")])
    try take("old")
    try curl.run(["--silent", "--fail", service.url("/leak?4000")])
    try take("new")
    let dumps = try DiffResult(
      folder.path("old.hprof"), folder.path("new.hprof"), folder: folder)
    let histograms = try DiffResult(
      folder.path("old.txt"), folder.path("new.txt"), folder: folder)
    #expect(dumps.kind == "hprof")
    let classes = [
      "LeakyService$Session", "java.lang.String[]", "java.util.HashMap$Node",
      "java.util.HashMap$Node[]", "java.lang.Integer",
    ]
    for name in classes {
      let dumped = try #require(dumps.grower(name))
      let counted = try #require(histograms.grower(name))
      #expect(dumped.deltaBytes == counted.deltaBytes)
      #expect(dumped.newBytes == counted.newBytes)
      #expect(dumped.deltaObjects == counted.deltaObjects)
    }
    #expect(dumps.growers.first?.name == "byte[]")
    #expect(try #require(dumps.old.at) <= (try #require(dumps.new.at)))
  }

  /// One dump alone, as a JVM leaves it that ran out of memory.
  @Test func aHeapDumpSaysWhatHoldsTheMemory() throws {
    let folder = try TemporaryFolder()
    let curl = try Program("curl", package: "curl")
    let jcmd = try Program("jcmd", package: "openjdk-17-jdk-headless")
    let service = try jvm()
    try curl.run(["--silent", "--fail", service.url("/leak?5000")])
    let dump = folder.path("heap.hprof")
    try jcmd.run(["\(service.processIdentifier)", "GC.heap_dump", dump])
    let found = try SuspectsResult(dump, folder: folder)
    #expect(found.kind == "hprof")
    let first = try #require(found.suspects.first)
    let holder = try #require(first.path.last { $0.name.hasPrefix("class ") })
    #expect(holder.name == "class LeakyService" && holder.field == "SESSIONS")
    #expect(
      first.path.drop { $0.name != holder.name }.dropFirst().map(\.name)
        == ["java.util.HashMap", "java.util.HashMap$Node[]"])
    // 5000 sessions of 24 bytes, with arrays of 1016 and 24 bytes that nothing else holds.
    let sessions = try #require(first.contents.first { $0.name == "LeakyService$Session" })
    #expect(sessions.count == 5000 && sessions.bytes == 5000 * (24 + 1016 + 24))
    #expect(first.bytes > sessions.bytes && first.bytes < found.bytes)
    let text = try CommandOutcome(of: ["suspects", dump], folder: folder)
    #expect(text.status == 0 && text.output.contains("class LeakyService.SESSIONS"))
    let refused = try CommandOutcome(
      of: ["suspects", folder.path("none.hprof")], folder: folder)
    #expect(refused.status == 1 && refused.errors.hasPrefix("error: "))
  }

  @Test func aJVMsClassesAreCountedExactly() throws {
    let folder = try TemporaryFolder()
    let curl = try Program("curl", package: "curl")
    let jcmd = try Program("jcmd", package: "openjdk-17-jdk-headless")
    let service = try jvm()
    let take = { (name: String, header: String) in
      let text = try jcmd.run(["\(service.processIdentifier)", "GC.class_histogram"])
      return try folder.write(Data(header.utf8) + text, name)
    }
    try curl.run(["--silent", "--fail", service.url("/leak?1000")])
    let old = try take("old.txt", "2026-11-22T10:00:00Z\n")
    try curl.run(["--silent", "--fail", service.url("/leak?4000")])
    let new = try take("new.txt", "2026-11-22T11:00:00+0100\n")
    let result = try DiffResult(old, new, folder: folder)
    #expect(result.kind == "jvm_histogram")
    // 11:00 an hour east of Greenwich is 10:00 there, the same moment: no reversed order.
    #expect(result.old.at == 1_795_341_600 && result.new.at == 1_795_341_600)
    let session = try #require(result.grower("LeakyService$Session"))
    #expect(session.deltaObjects == 4000)
    // A header of 12 bytes and two compressed references, rounded up to 8.
    #expect(session.deltaBytes == 96_000)
    #expect(result.growers.first?.name == "byte[]")
    // 1000 bytes, the array's header, and rounded up to 8.
    #expect(try #require(result.growers.first?.deltaBytes) >= 4000 * 1016)
    #expect(try #require(result.grower("java.lang.String[]")?.deltaObjects) >= 4000)
    #expect(result.growers.allSatisfy { !$0.name.contains(" (") && !$0.name.hasPrefix("[") })
  }

  @Test func aNodeProcesssConstructorsAreCountedExactly() throws {
    let folder = try TemporaryFolder()
    let node = try Program("node", package: "nodejs")
    let (old, new) = (folder.path("old.heapsnapshot"), folder.path("new.heapsnapshot"))
    try node.run([TestService.path("leaky_snapshots.js"), old, new])
    let result = try DiffResult(old, new, folder: folder)
    #expect(result.kind == "node_snapshot")
    #expect(result.grower("Session")?.deltaObjects == 5000)
    #expect(try #require(result.grower("Session")?.deltaBytes) >= 5000 * 24)
    #expect(try #require(result.grower("Function")?.deltaObjects) >= 5000)
    #expect(result.growers.prefix(5).contains { $0.name == "Session" })
    // The newer one alone says who holds them: the Map of the module.
    let found = try SuspectsResult(new, folder: folder)
    let suspect = try #require(
      found.suspects.first { $0.members.contains { $0.name == "Session" } }, "\(found)")
    // Some may be held by what runs just then, too.
    let sessions = try #require(suspect.members.first { $0.name == "Session" })
    #expect((5990...6000).contains(sessions.count))
    #expect(suspect.path.suffix(2).map(\.name) == ["Map", "(array)"])
    #expect(suspect.path.suffix(2).first?.field == "table")
    #expect(found.bytes == result.new.bytes && suspect.bytes < found.bytes)
    let packed = folder.path("packed")
    try Data(GzipStream.pack(Array(try Data(contentsOf: URL(filePath: new)))))
      .write(to: URL(filePath: packed))
    let again = try SuspectsResult(packed, folder: folder)
    #expect(again.suspects.map(\.bytes) == found.suspects.map(\.bytes))

    // What V8 says it is must be what is counted: the sum of self_size over all nodes.
    let script = """
      const s = JSON.parse(require('fs').readFileSync(process.argv[1]));
      const width = s.snapshot.meta.node_fields.length;
      const size = s.snapshot.meta.node_fields.indexOf('self_size');
      let sum = 0;
      for (let i = 0; i < s.nodes.length; i += width) sum += s.nodes[i + size];
      console.log(`${sum}\t${s.nodes.length / width}`);
      """
    let expected = lines(of: try node.run(["-e", script, new]))[0]
    #expect(result.new.bytes == Int64(expected[0]))
    #expect(result.new.objects == Int64(expected[1]))
  }

  @Test func aPythonProcesssLinesAreThoseOfTracemalloc() throws {
    let folder = try TemporaryFolder()
    let (old, new) = (folder.path("old.snapshot"), folder.path("new.snapshot"))
    let python = try Program("python3", package: "python3")
    let expected = lines(
      of: try python.run([TestService.path("leaky_snapshots.py"), old, new]))
    let result = try DiffResult(old, new, folder: folder)
    #expect(result.kind == "tracemalloc")
    #expect(result.growers.first?.name == "leaky_snapshots.py:11")
    #expect(result.growers.first?.line == 11)
    var found: [[String]] = []
    for site in result.growers + result.shrinkers {
      found.append([
        site.name, "\(try #require(site.deltaBytes))", "\(try #require(site.deltaObjects))",
      ])
    }
    let wanted = expected.filter { $0[2] != "0" }
      .map { ["\($0[0].split(separator: "/").last ?? ""):\($0[1])", $0[2], $0[3]] }
    #expect(Set(found) == Set(wanted))
    let stack = try #require(result.stacks.first)
    #expect(stack.frames.first == "leaky_snapshots.py:11")
    #expect(stack.frames.dropFirst().first == "leaky_snapshots.py:21")
  }

  /// Python itself runs the command that this pickle names; LeakWatch must not.
  @Test func aPickleThatRunsACommandIsRefusedByItsName() throws {
    let folder = try TemporaryFolder()
    let python = try Program("python3", package: "python3")
    let (bad, proof) = (folder.path("bad.snapshot"), folder.path("proof"))
    let script = """
      import os, pickle, sys
      class Bad:
          def __reduce__(self):
              return os.system, ('touch ' + sys.argv[2],)
      pickle.dump(Bad(), open(sys.argv[1], 'wb'), pickle.HIGHEST_PROTOCOL)
      """
    try python.run(["-c", script, bad, proof])
    let outcome = try CommandOutcome(of: ["diff", bad, bad], folder: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("refused: the pickle asks for posix.system, which"))
    #expect(!FileManager.default.fileExists(atPath: proof))
    try python.run(["-c", "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))", bad])
    #expect(FileManager.default.fileExists(atPath: proof), "the pickle was not a real attack")
  }
}
