import Foundation
import TestSupport
import Testing
import TimeSeries

import Alerting

@testable import LeakWatchDaemon

/// `leakwatch silence` with a daemon that runs, over restarts and crashes.
@Suite(.serialized) struct SilenceCommandTests {
  private static func rig() throws -> DaemonRig {
    let rig = try DaemonRig.withTwoServices()
    #expect(
      rig.waitUntil {
        (try? rig.ask("status"))?.output.contains("api") == true
      })
    return rig
  }

  @Test func aSilenceOutlivesACrashAndWhatFiresIsToldAtItsEnd() throws {
    let rig = try Self.rig()
    let begun = try rig.ask("silence", "ap*", "--for", "1h", "--why", "load test")
    #expect(begun.status == 0, "\(begun.errors)")
    #expect(begun.output.hasPrefix("silence 1: nobody is told of ap* until "))
    rig.kill()
    try rig.start()
    #expect(try rig.leak("api.service") { rig.log.contains("silenced: until") })
    #expect(rig.received.isEmpty)
    let status = try rig.ask("status")
    #expect(status.output.contains("silenced: ap* until "))
    #expect(try rig.ask("explain", "api").output.contains("load test (silence 1)"))
    #expect(!(try rig.ask("explain", "web").output.contains("silence")))
    let json = try JSONSerialization.jsonObject(
      with: Data(try rig.ask("status", "--json").output.utf8))
    let silences = (json as? [String: Any])?["silences"] as? [[String: Any]]
    #expect(silences?.first?["reason"] as? String == "load test")
    #expect(silences?.first?["alert"] is NSNull)
    let services = (json as? [String: Any])?["services"] as? [[String: Any]]
    let alerts = services?.first?["alerts"] as? [[String: Any]]
    #expect(alerts?.first?["silenced_until"] is Double)
    rig.kill()
    try rig.start()
    #expect(
      rig.waitUntil {
        (try? rig.ask("silence", "--list"))?.output.contains("load test") == true
      })
    #expect(try rig.ask("silence", "--end", "1").status == 0)
    #expect(rig.waitUntil { !rig.received.isEmpty })
    #expect(rig.received.first?.service == "api")
    #expect(try rig.ask("silence", "--list").output == "nothing is silenced\n")
    #expect(try rig.ask("silence", "--list", "--json").output == "[]\n")
  }

  @Test func aSilenceEndsByItself() throws {
    let rig = try Self.rig()
    #expect(
      try rig.ask(
        "silence", "api", "--for", "2s", "--why", "short", "--alert", "oom_imminent",
        "--json"
      ).output.contains("\"alert\":\"oom_imminent\""))
    #expect(
      rig.waitUntil { rig.log.contains("the silence about api, oom_imminent is over") }
    )
    #expect(try rig.ask("silence", "--list").output == "nothing is silenced\n")
  }

  @Test func whatIsMissingOrWrongIsSaid() throws {
    let rig = try Self.rig()
    for (arguments, words) in [
      (["api"], "say for how long"), (["api", "--for", "1h"], "say why"),
      (["api", "--for", "0s", "--why", "x"], "--for takes 1s to 365d"),
      (["api", "--for", "1", "--why", "x"], "lacks a unit"),
      (["--list", "--end", "1"], "name a service to silence"), ([], "name a service"),
      (["api", "--for", "1h", "--why", "x", "--alert", "leak"], "memory_growth"),
    ] {
      let outcome = try CommandOutcome(
        of: ["silence"] + arguments + ["--socket", rig.socket], folder: rig.folder)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    let unknown = try rig.ask("silence", "--end", "9")
    #expect(unknown.status == 1)
    #expect(unknown.errors == "error: there is no silence 9; there is none\n")
  }

  /// Another user of the host may look and not change. Needs root, to become one.
  @Test(.enabled(if: geteuid() == 0)) func othersMayListAndNotChange() throws {
    let rig = try Self.rig()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: rig.folder.url.path)
    let ask = """
      import socket, os, sys
      os.setgid(65534); os.setuid(65534)
      for line in ["silence-begin json 60000 - api\\twhy", "silence-end json 1", "silence-list json"]:
          s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(line.encode() + b"\\n")
          print(s.makefile().read().replace("\\n", "|"))
      """
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    python.arguments = ["-c", ask, rig.socket]
    let pipe = Pipe.closedInOthers()
    python.standardOutput = pipe
    try python.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let refusal =
      "error|only root and LeakWatch's own user may begin and end silences; you are user 65534"
    #expect(text == "\(refusal)\n\(refusal)\nok|[]|\n")
  }
}

@Suite struct SilenceRequestTests {
  @Test func everyRequestComesBackFromItsLine() {
    let wish = SilenceRequest.Wish(
      services: ServicePattern("a b*"), kind: .gcPause, span: .hours(1),
      reason: "it is known, really")
    var whole = wish
    whole.kind = nil
    let form = StatusQuestion.Form.text(width: 80, inColour: false)
    for request: SilenceRequest in [
      .begin(wish, .json), .begin(whole, form), .end(7, .json), .list(form),
    ] {
      #expect(SilenceRequest(request.line) == request)
    }
  }

  @Test(arguments: [
    "", "silence-list", "silence-list yes", "silence-end json x", "silence-begin json 1 - a",
    "silence-begin json x - a\tb", "silence-begin json 1 leak a\tb",
    "silence-begin json 1 - a\tb\tc",
    "status json",
  ])
  func anythingElseIsNone(line: String) {
    #expect(SilenceRequest(line) == nil)
  }
}
