import Formats
import Foundation
import TestSupport
import Testing
import TimeSeries

/// The helper on real JVMs, in real cgroups, some of other users and other namespaces.
@Suite(
  .enabled("needs root and a cgroup hierarchy that it may write") {
    getuid() == 0 && RealCgroup.isPossible
  })
struct HelperTests {
  private func histogram(_ answer: HelperAnswer) throws -> HeapProfile {
    guard case .body(let bytes) = answer else {
      throw Program.Failed(description: "no histogram: \(answer)")
    }
    #expect(try HeapProfileKind.recognise(bytes.span) == .jvmHistogram)
    return try HeapProfile(bytes.span)
  }

  private func grower(_ name: String, _ old: HeapProfile, _ new: HeapProfile) throws -> Int64? {
    try HeapDifference(old: old, new: new).growers.first { $0.name == name }?.flat.objects.delta
  }

  private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

  @Test func aJVMOfAnotherUserIsFoundAndItsObjectsAreCounted() throws {
    let rig = try HelperRig("nobody")
    let service = try rig.jvm(before: Self.nobody)
    let list = try rig.processes()
    #expect(list.map(\.runtime) == [.hotspot])
    let process = try #require(list.first)
    #expect(process.target.processID == service.processIdentifier)
    #expect(process.residentBytes > 10 << 20)
    #expect(abs(process.began.seconds - Date().timeIntervalSince1970) < 600)
    let old = try histogram(try rig.ask(.classHistogram(process.target, .live)))
    try Curl.get(service.url("/leak?4000"))
    try Curl.get(service.url("/thread-local?300"))
    try Curl.get(service.url("/listener?200"))
    let new = try histogram(try rig.ask(.classHistogram(process.target, .live)))
    #expect(try grower("LeakyService$Session", old, new) == 4000)
    #expect(try grower("LeakyService$RequestContext", old, new) == 300)
    #expect(try grower("LeakyService$PriceListener", old, new) == 200)
    #expect(
      try #require(try grower("java.lang.ThreadLocal$ThreadLocalMap$Entry", old, new)) >= 300)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/.attach_pid\(service.processIdentifier)"))
    #expect(rig.log.contains("<6>root asks: leakwatch-helper/1 class-histogram pid="))
    #expect(rig.log.contains("<6>answered with "))
  }

  @Test func garbageIsCountedOnlyWhereThatIsAsked() throws {
    let rig = try HelperRig("garbage")
    let service = try rig.jvm(options: ["-Xmn64m"])
    let target = try rig.target(of: service)
    let before = try histogram(try rig.ask(.classHistogram(target, .live)))
    try Curl.get(service.url("/garbage?200"))
    let all = try histogram(try rig.ask(.classHistogram(target, .all)))
    let live = try histogram(try rig.ask(.classHistogram(target, .live)))
    let bytes = { (profile: HeapProfile) in
      try HeapDifference(old: before, new: profile).total.bytes.delta
    }
    #expect(try bytes(all) > 15_000_000)
    #expect(try bytes(live) < 5_000_000)
  }

  @Test func aJVMInOtherNamespacesIsReachedWhereItsOwnTmpIs() throws {
    let rig = try HelperRig("namespaces")
    let inside = """
      mount -t tmpfs -o mode=1777 tmpfs /tmp && mkdir /tmp/classes && mount --move /mnt /tmp/classes && \
      exec "$@"
      """
    let arguments = try LeakyJVM.arguments()
    let classes = arguments[arguments.count - 2]
    var moved = arguments
    moved[moved.count - 2] = "/tmp/classes"
    let service = try TestService(
      rig.cgroup.joining(
        [
          "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c",
          "mount --bind \(classes) /mnt && " + inside, "sh",
        ] + moved))
    let process = try #require(try rig.processes().first { $0.runtime == .hotspot })
    #expect(process.target.processID != service.processIdentifier)
    let profile = try histogram(try rig.ask(.classHistogram(process.target, .live)))
    #expect(profile.stacks.count > 100)
    // Inside it is process 1 or a child of it; outside nothing was left behind.
    for name in [".java_pid", ".attach_pid"] {
      #expect(!FileManager.default.fileExists(atPath: "/tmp/\(name)\(process.target.processID)"))
    }
  }

  @Test func whatAnotherUsersJVMLeftBehindIsNamed() throws {
    let rig = try HelperRig("leftover")
    let bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    let leave = ["/bin/sh", "-c", "python3 -c '\(bind)' /tmp/.java_pid$$; exec \"$@\"", "sh"]
    let service = try rig.jvm(before: leave + Self.nobody)
    let target = try rig.target(of: service)
    let name = ".java_pid\(service.processIdentifier)"
    #expect(
      try rig.ask(.classHistogram(target, .all))
        == .failed(
          "the JVM cannot open its socket: in its /tmp user 0 has left \(name), which the JVM as "
            + "user 65534 cannot replace; remove it"))
    try FileManager.default.removeItem(atPath: "/tmp/\(name)")
    #expect(try histogram(try rig.ask(.classHistogram(target, .all))).stacks.count > 100)
  }

  @Test func whoIsNoJVMIsRefusedAndLivesOn() throws {
    let rig = try HelperRig("no-jvm")
    let sleep = Process()
    let command = rig.cgroup.joining(["sleep", "600"])
    sleep.executableURL = URL(fileURLWithPath: command[0])
    sleep.arguments = Array(command.dropFirst())
    try sleep.run()
    defer {
      kill(sleep.processIdentifier, SIGKILL)
      while sleep.isRunning { usleep(1000) }
    }
    var list: [HelperProcess] = []
    while list.isEmpty { list = try rig.processes() }
    let process = try #require(list.first)
    #expect(process.runtime == nil)
    #expect(
      try rig.ask(.classHistogram(process.target, .all))
        == .refused("process \(process.target.processID) is no JVM: it has no libjvm.so loaded"))
    #expect(sleep.isRunning)
    // Its mappings may be asked for all the same.
    guard case .body(let mappings) = try rig.ask(.mappings(process.target)) else {
      Issue.record("no mappings")
      return
    }
    #expect(String(decoding: mappings, as: UTF8.self).contains("Rss:"))
  }

  @Test(arguments: [
    ("some avg10=34.60 avg60=9.00 avg300=2.00 total=99", true),
    ("some avg10=9.40 avg60=40.00 avg300=2.00 total=99", false),
  ])
  func aServiceThatWaitsForMemoryIsNotStopped(pressure: String, isRefused: Bool) throws {
    let rig = try HelperRig("pressure\(isRefused)", pressure: pressure)
    let service = try rig.jvm()
    let target = try rig.target(of: service)
    let answer = try rig.ask(.classHistogram(target, .live))
    if isRefused {
      #expect(
        answer
          == .failed(
            "the service waits for memory 35 % of the time: it is not stopped for a histogram now"))
    } else {
      #expect(try histogram(answer).stacks.count > 100)
    }
    // Its mappings cost it nothing.
    guard case .body = try rig.ask(.mappings(target)) else {
      Issue.record("no mappings")
      return
    }
  }

  @Test func anotherStartAnotherCgroupAndNobodyAreRefused() throws {
    let rig = try HelperRig("pinned")
    let service = try rig.jvm()
    let target = try rig.target(of: service)
    let number = target.processID
    let reused = HelperQuestion.Target(processID: number, startTicks: target.startTicks - 1)
    #expect(
      try rig.ask(.classHistogram(reused, .all))
        == .refused(
          "process \(number) is another one: it started at tick \(target.startTicks), not "
            + "\(reused.startTicks)"))
    for cgroup in [rig.cgroup.path + "-other", String(rig.cgroup.path.dropLast()), "/x"] {
      #expect(
        try rig.ask(.classHistogram(target, .all), cgroup: cgroup)
          == .refused("process \(number) is not in the cgroup \(cgroup)"))
    }
    service.stop()
    #expect(try rig.ask(.classHistogram(target, .all)) == .refused("no process \(number)"))
    #expect(
      try rig.ask(line: "leakwatch-helper/1 processes cgroup=/")
        == .refused("the cgroup must be an absolute path below the root, without . and .."))
    #expect(try rig.processes().isEmpty)
  }

  /// A JVM that would die of SIGQUIT, or print its threads, is never sent it.
  @Test(arguments: [
    ("-Xrs", "does not catch SIGQUIT: it was started with -Xrs, or starts just now"),
    ("-XX:+DisableAttachMechanism", "was started with -XX:+DisableAttachMechanism"),
  ])
  func aJVMThatCannotBeAskedIsRefusedAndLivesOn(option: String, reason: String) throws {
    let rig = try HelperRig("deaf\(option.utf8.count)")
    let service = try rig.jvm(options: [option])
    let target = try rig.target(of: service)
    #expect(
      try rig.ask(.classHistogram(target, .all))
        == .refused("process \(target.processID) \(reason)"))
    try Curl.get(service.url("/leak?1"))
  }

  @Test(arguments: [
    ("hang", "the JVM's answer: poll /proc/PID/root/tmp/.java_pidPID: Connection timed out"),
    ("endless", "the JVM's answer: read /proc/PID/root/tmp/.java_pidPID: File too large"),
    ("error", "the JVM refused: not today"),
    (
      "link",
      "the JVM cannot be attached to: connect /proc/PID/root/tmp/.java_pidPID: Socket operation on non-socket"
    ),
    ("silent", "the JVM opened no socket within 10 s"),
  ])
  func whoMisbehavesFailsWithinTime(mode: String, reason: String) throws {
    let rig = try HelperRig("false-\(mode)")
    let library = rig.folder.url.appendingPathComponent("libjvm.so").path
    let service = try TestService(
      rig.cgroup.joining(["/usr/bin/python3", TestService.path("false-jvm.py"), library, mode]))
    let target = try rig.target(of: service)
    let answer = try rig.ask(.classHistogram(target, .all))
    #expect(answer == .failed(reason.replacing("PID", with: "\(target.processID)")))
    let socket = "/tmp/.java_pid\(target.processID)"
    try? FileManager.default.removeItem(atPath: socket)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/.attach_pid\(target.processID)"))
  }

  @Test func onlyRootAndTheDaemonsUserMayAsk() throws {
    let rig = try HelperRig("peers", user: "leakwatch-test-has-no-such-user")
    let python = try Program("python3", package: "python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: rig.socket)
    let script = """
      import os, socket, sys
      os.setuid(65534)
      with socket.socket(socket.AF_UNIX) as s:
          s.connect(sys.argv[1])
          s.sendall(b"leakwatch-helper/1 processes cgroup=/a\\n")
          sys.stdout.buffer.write(s.recv(1000))
      """
    let answer = try python.run(["-c", script, rig.socket])
    #expect(
      String(decoding: answer, as: UTF8.self)
        == "leakwatch-helper/1 refused user 65534 may not ask\n")
    let allowed = try HelperRig("peers-allowed", user: "nobody")
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: allowed.socket)
    #expect(
      String(decoding: try python.run(["-c", script, allowed.socket]), as: UTF8.self)
        == "leakwatch-helper/1 ok bytes=0\n")
  }

  @Test func startedByHandItSaysHowItIsEnabled() throws {
    let outcome = try CommandOutcome(of: ["helper"], folder: try TemporaryFolder())
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("systemctl enable --now leakwatch-helper.socket"))
  }
}
