import Foundation
import TestSupport

/// The real program, started by a test with a configuration, a state folder and a receiver of its
/// own.
final class DaemonRig {
  struct Received {
    var path: String
    var headers: [String: String]
    var body: [String: Any]

    var data: [String: Any] { body["data"] as? [String: Any] ?? [:] }
    var alert: String { data["alert"] as? String ?? "" }
    var status: String { data["status"] as? String ?? "" }
    var service: String { data["service"] as? String ?? "" }
  }

  /// How long a test waits for what must come: a machine that is busy with other tests takes its time.
  static let patienceSeconds = 120.0

  let folder: TemporaryFolder
  let tree: FakeCgroupTree
  let receiver: TestService
  let configurationFile: URL
  private let receivedFile: URL
  private let logFile: URL
  private var process: Process?

  init() throws {
    folder = try TemporaryFolder()
    tree = try FakeCgroupTree(below: folder.url)
    receivedFile = folder.url.appendingPathComponent("received")
    logFile = folder.url.appendingPathComponent("log")
    configurationFile = folder.url.appendingPathComponent("config.toml")
    let python = try Program("python3", package: "python3")
    let services = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Services")
    receiver = try TestService([
      python.url.path, services.appendingPathComponent("receiver.py").path, receivedFile.path,
    ])
  }

  deinit { kill() }

  /// The program under test, beside the test bundle.
  static var binary: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("leakwatch")
  }

  /// Short intervals, so that a minute of life takes a second or two.
  func configure(
    receiverPath: String = "/204", keepFiring: String = "10m", extra: String = ""
  ) throws {
    let text = """
      [cgroups]
      root = "\(tree.root.path)"
      interval = "100ms"
      [windows]
      span = "24s"
      floor_span = "1h"
      [rules]
      evaluation_interval = "100ms"
      [rules.oom_imminent]
      for = "200ms"
      keep_firing_for = "\(keepFiring)"
      [[sink]]
      name = "test"
      type = "webhook"
      url = "\(receiver.url(receiverPath))"
      timeout = "2s"
      \(extra)
      """
    try Data(text.utf8).write(to: configurationFile)
  }

  func start(environment: [String: String] = [:]) throws {
    let state = folder.url.appendingPathComponent("state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = Self.binary
    process.arguments = ["run", "--config", configurationFile.path]
    // Of the test's own environment, what collects a sanitizer's reports alone: see scripts/sanitize.
    let own = ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
    process.environment = [
      "STATE_DIRECTORY": state.path, "RUNTIME_DIRECTORY": folder.url.path, "PATH": "/usr/bin:/bin",
    ].merging(own) { $1 }.merging(environment) { $1 }
    if !FileManager.default.fileExists(atPath: logFile.path) { try Data().write(to: logFile) }
    let handle = try FileHandle(forWritingTo: logFile)
    try handle.seekToEnd()
    process.standardError = handle
    process.standardOutput = handle
    try process.run()
    self.process = process
  }

  /// A daemon that watches `api` and `web`, which rest at half their limit.
  static func withTwoServices(extra: String = "") throws -> DaemonRig {
    let rig = try DaemonRig()
    try rig.configure(extra: extra)
    for unit in ["web.service", "api.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    try rig.start()
    return rig
  }

  /// Asks the running daemon.
  func ask(_ arguments: String...) throws -> CommandOutcome {
    try CommandOutcome(of: arguments + ["--socket", socket], folder: folder)
  }

  /// Where the daemon answers questions.
  var socket: String { folder.url.appendingPathComponent("leakwatch.sock").path }

  /// 0 where none was started.
  var processID: Int32 { process?.processIdentifier ?? 0 }

  func signal(_ number: Int32) {
    if let process { Foundation.kill(process.processIdentifier, number) }
  }

  /// - Returns: the exit status, or nil if it still runs after `seconds`.
  func waitForExit(seconds: Double) -> Int32? {
    guard let process, waitUntil(seconds: seconds, { !process.isRunning }) else { return nil }
    return process.terminationStatus
  }

  func kill() {
    guard let process, process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    _ = waitUntil(seconds: 5) { !process.isRunning }
  }

  var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

  /// "GET /204" for each request, whatever its body.
  var requests: [String] {
    let text = (try? String(contentsOf: receivedFile, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let method = record?["method"] as? String, let path = record?["path"] as? String else {
        return nil
      }
      return "\(method) \(path)"
    }
  }

  var received: [Received] {
    let text = (try? String(contentsOf: receivedFile, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard
        let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let headers = record["headers"] as? [String: String],
        let body = record["body"] as? String,
        let json = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
      else { return nil }
      let lowercased = Dictionary(
        headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
      return Received(
        path: record["path"] as? String ?? "", headers: lowercased, body: json)
    }
  }

  /// Polls until the condition holds. - Returns: whether it did within the time.
  @discardableResult
  func waitUntil(seconds: Double = DaemonRig.patienceSeconds, _ condition: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return condition()
  }

  /// Lets `unit` grow by a mebibyte every 100 ms until the condition holds or it is full.
  func leak(_ unit: String, from start: Int = 256, until condition: () -> Bool) throws -> Bool {
    for mebibytes in start..<510 {
      try tree.set(unit, mebibytes: mebibytes)
      Thread.sleep(forTimeInterval: 0.1)
      if condition() { return true }
    }
    return waitUntil(condition)
  }
}
