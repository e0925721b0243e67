internal import ArgumentParser
internal import LinuxSystem
internal import PrivilegedHelper

/// What leakwatch-helper@.service runs; nobody runs it by hand.
struct HelperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "helper",
    abstract: "Answers one question that needs rights, on a connection from systemd.",
    discussion: """
      Started by leakwatch-helper.socket for each connection. The questions and what each needs are \
      described in docs/evidence.md.

      Exit status: 0 answered or refused, 1 not started by systemd with a connection.
      """,
    shouldDisplay: false)

  @Option(help: "Who may ask, beside root.")
  var user = "leakwatch"

  func run() throws {
    let stream: LocalStream
    do {
      stream = try LocalStream.handedOver()
    } catch {
      StandardError.write(
        "leakwatch helper: no connection was handed over; enable it by "
          + "`systemctl enable --now leakwatch-helper.socket`\n")
      throw ExitCode(1)
    }
    let users = ProcessRights.userID(named: user).map { [$0] } ?? []
    HelperSession.serve(stream, users: Set(users)) { line in
      // A priority as systemd reads it from standard error, sd-daemon(3).
      StandardError.write("<6>\(line)\n")
    }
  }
}
