import Foundation
import TestSupport
import Testing
import TimeSeries

/// The program with lists of targets that change under it.
@Suite(.serialized) struct DiscoveryTests {
  /// An exporter that counts its scrapes.
  final class Exporter {
    let server: TestService
    private let path: String

    init(in folder: TemporaryFolder, _ name: String) throws {
      path = folder.url.appendingPathComponent(name).path
      server = try TestService.python("target_server.py", [path])
      try answer("200 text/plain\nprocess_resident_memory_bytes 1e6\n")
    }

    func answer(_ text: String) throws {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    var address: String { "127.0.0.1:\(server.port)" }

    var scrapes: Int {
      ((try? String(contentsOfFile: path + ".log", encoding: .utf8)) ?? "")
        .split(separator: "\n").count
    }
  }

  private func write(_ text: String, to rig: DaemonRig) throws {
    let file = rig.folder.url.appendingPathComponent("targets.json")
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func list(_ exporters: Exporter...) -> String {
    let targets = exporters.map { "\"\($0.address)\"" }.joined(separator: ",")
    return "[{\"targets\": [\(targets)], \"labels\": {\"job\": \"api\", \"env\": \"prod\"}}]"
  }

  @Test func targetsComeAndGoWithoutDisturbingTheOthers() throws {
    let rig = try DaemonRig()
    let first = try Exporter(in: rig.folder, "first")
    let second = try Exporter(in: rig.folder, "second")
    let third = try Exporter(in: rig.folder, "third")
    try write(list(first), to: rig)
    try rig.configure(
      extra: """
        [[exporter_discovery]]
        files = ["\(rig.folder.url.path)/*.json"]
        refresh_interval = "1h"
        interval = "100ms"
        keep = { env = "prod" }
        """)
    try rig.start()
    #expect(rig.waitUntil { first.scrapes > 3 })
    #expect(second.scrapes == 0)

    try write(list(first, second), to: rig)
    #expect(rig.waitUntil { second.scrapes > 3 })
    let before = first.scrapes
    #expect(rig.waitUntil { first.scrapes > before + 3 })

    // Broken for a while: everything goes on, and it is said once.
    for _ in 0..<3 {
      try write("[{\"targets\"", to: rig)
      let count = second.scrapes
      #expect(rig.waitUntil { second.scrapes > count + 3 })
    }
    #expect(rig.log.components(separatedBy: "its last list is kept").count == 2)
    #expect(rig.log.contains("targets.json: line 1, column 12: expected \":\", found the end"))

    // Down, and then taken out: an outage that nobody waits to see the end of.
    try second.answer("500 text/plain\n")
    #expect(rig.waitUntil { rig.log.contains("answered 500") })
    try write(list(first, third), to: rig)
    #expect(rig.waitUntil { third.scrapes > 3 })
    let (left, went) = (first.scrapes, second.scrapes)
    #expect(rig.waitUntil { first.scrapes > left + 5 })
    #expect(second.scrapes == went)

    // A reload that reads the list in another way keeps the list.
    try rig.configure(
      extra: """
        [[exporter_discovery]]
        files = ["\(rig.folder.url.path)/*.json"]
        refresh_interval = "1h"
        interval = "100ms"
        drop = { __address__ = "\(third.address.replacingOccurrences(of: ".", with: "[.]"))" }
        """)
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { rig.log.contains("the configuration was reloaded") })
    let dropped = third.scrapes
    let kept = first.scrapes
    #expect(rig.waitUntil { first.scrapes > kept + 5 })
    #expect(third.scrapes <= dropped + 1)
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func aServerOfTargetsThatFailsKeepsThem() throws {
    let rig = try DaemonRig()
    let exporter = try Exporter(in: rig.folder, "exporter")
    let lists = try Exporter(in: rig.folder, "lists")
    try lists.answer("200 application/json\n" + list(exporter))
    try rig.configure(
      extra: """
        [[exporter_discovery]]
        url = "\(lists.server.url("/targets?key=s3cret"))"
        refresh_interval = "1s"
        interval = "100ms"
        """)
    try rig.start()
    #expect(rig.waitUntil { exporter.scrapes > 3 })
    try lists.answer("503 text/plain\nno")
    #expect(rig.waitUntil { rig.log.contains("answered 503") })
    let before = exporter.scrapes
    #expect(rig.waitUntil { exporter.scrapes > before + 20 })
    #expect(rig.log.components(separatedBy: "answered 503").count == 2)
    #expect(!rig.log.contains("s3cret"))
    try lists.answer("200 application/json\n[]")
    let asked = lists.scrapes
    #expect(rig.waitUntil { lists.scrapes > asked + 1 })
    let last = exporter.scrapes
    _ = rig.waitUntil(seconds: 0.5) { false }
    #expect(exporter.scrapes <= last + 1)
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  /// What three instances say they would watch: everything, and nothing twice.
  @Test func checkConfigShowsTheShareOfAShard() throws {
    let folder = try TemporaryFolder()
    let list = folder.url.appendingPathComponent("targets.json")
    let config = folder.url.appendingPathComponent("config.toml")
    let groups = (0..<30).map {
      "{\"targets\": [\"10.0.0.\($0):1\", \"10.0.1.\($0):1\"], \"labels\": {\"job\": \"s\($0)\"}}"
    }
    try Data("[\(groups.joined(separator: ","))]".utf8).write(to: list)
    var watched: [String] = []
    for index in 1...3 {
      let text = "shard = \"\(index)/3\"\n[[exporter_discovery]]\nfiles = [\"\(list.path)\"]\n"
      try Data(text.utf8).write(to: config)
      let outcome = try CommandOutcome(of: ["check-config", config.path], folder: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("target") }
      let own = lines.filter { !$0.contains("left to other shards") }.map(String.init)
      #expect(lines.last == "target      \(60 - own.count) more are left to other shards")
      #expect(own.contains { $0.contains("http://10.0.") })
      // Replicas stay together.
      #expect(own.count % 2 == 0)
      watched += own
    }
    #expect(watched.count == 60)
    #expect(Set(watched).count == 60)

    try Data("[{\"targets\": [\"a:1\"]}, oops".utf8).write(to: list)
    let broken = try CommandOutcome(of: ["check-config", config.path], folder: folder)
    #expect(broken.status == 3)
    #expect(
      broken.errors == "warning: \(list.path): line 1, column 24: expected an object, found \"o\"\n"
    )
  }
}
