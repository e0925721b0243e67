import Formats
import Foundation
import LinuxSystem
import TestSupport
import TimeSeries

/// The helper as systemd starts it: a process for each connection, with the connection in its hands.
/// Only without the unit's sandbox, which the acceptance tests have.
final class HelperRig {
  let folder: TemporaryFolder
  let cgroup: RealCgroup
  private var activation: TestService?

  /// - Parameter pressure: what the helper is to read as the cgroup's `memory.pressure`, which nobody can
  ///   bring about at will: in a mount namespace of its own it stands where cgroup v2 has it.
  init(
    _ label: String, slice: String = "", user: String = "root", pressure: String? = nil
  ) throws {
    folder = try TemporaryFolder()
    cgroup = try RealCgroup(label, slice: slice)
    let systemd = try Program("systemd-socket-activate", package: "systemd")
    let arguments = [
      "--accept", "--listen", socket, DaemonRig.binary.path, "helper", "--user", user,
    ]
    // The program closes descriptors by which Process would see its end; the shell keeps them, and
    // takes it along when it ends.
    let mount = pressure.map { pressure in
      let group = "/sys/fs/cgroup\(cgroup.path)"
      return
        "unshare --mount sh -c 'mount -t tmpfs leakwatch-test /sys/fs/cgroup && mkdir -p \(group) && "
        + "echo \"\(pressure)\" > \(group)/memory.pressure && exec \"$@\"' sh "
    }
    let script =
      "setpriv --pdeathsig KILL \(mount ?? "")\"$@\" > \(logFile) 2>&1 & echo port 1; read end"
    activation = try TestService(["/bin/sh", "-c", script, "sh", systemd.url.path] + arguments)
    for _ in 0..<400 where !FileManager.default.fileExists(atPath: socket) { usleep(10_000) }
  }

  var socket: String { folder.url.appendingPathComponent("helper.sock").path }

  /// What the helper would have written to the journal.
  var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

  private var logFile: String { folder.url.appendingPathComponent("helper.log").path }

  func ask(line: String) throws -> HelperAnswer {
    try HelperAnswer(try LocalClient.ask(line, at: socket, patienceSeconds: 50))
  }

  func ask(_ subject: HelperQuestion.Subject, cgroup path: String? = nil) throws -> HelperAnswer {
    try ask(line: HelperQuestion(subject, cgroup: path ?? cgroup.path).line)
  }

  /// Starts a JVM in the cgroup, with `before` between the two.
  ///
  /// What whoever had its number before has left in /tmp is taken away first: a JVM of another user
  /// could not.
  func jvm(
    before: [String] = [], options: [String] = [], port: UInt16? = nil
  ) throws -> TestService {
    let arguments = try LeakyJVM.arguments(options: options) + (port.map { ["\($0)"] } ?? [])
    let clean = ["/bin/sh", "-c", "rm -f /tmp/.java_pid$$ /tmp/.attach_pid$$; exec \"$@\"", "sh"]
    return try TestService(cgroup.joining(clean + before + arguments))
  }

  /// The process as the helper lists it. - Throws: where it does not.
  func target(of service: TestService) throws -> HelperQuestion.Target {
    for process in try processes() where process.target.processID == service.processIdentifier {
      return process.target
    }
    throw Program.Failed(description: "process \(service.processIdentifier) is not listed")
  }

  func processes() throws -> [HelperProcess] {
    guard case .body(let body) = try ask(.processes), let list = HelperProcess.list(body) else {
      throw Program.Failed(description: "the processes cannot be listed: \(log)")
    }
    return list
  }
}
