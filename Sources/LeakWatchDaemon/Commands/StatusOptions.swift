internal import ArgumentParser
internal import LinuxSystem

/// How the running daemon is asked, and in which form it answers.
struct StatusOptions: ParsableArguments {
  @Flag(help: "JSON, for programs.")
  var json = false

  @Option(help: "The daemon's socket (default: leakwatch.sock in its runtime directory).")
  var socket: String?

  var form: StatusQuestion.Form {
    guard !json else { return .json }
    let width = max(ReplayTable.leastWidth, Terminal.columns(.output) ?? ReplayTable.standardWidth)
    return .text(width: min(1000, width), inColour: Terminal.takesColour(.output))
  }

  /// - Throws: exit status 1 with what failed, and what to do about it, said.
  func ask(_ question: StatusQuestion) throws(ExitCode) -> String { try ask(line: question.line) }

  func ask(line: String) throws(ExitCode) -> String {
    let path = socket ?? StatusSocket.path
    let reply: Result<String, StatusFailure>?
    do {
      reply = StatusReply.read(try LocalClient.ask(line, at: path))
    } catch {
      throw fail("no LeakWatch answers at \(path): \(error)\(Self.advice(error))")
    }
    switch reply {
    case .success(let text): return text
    case .failure(let failure): throw fail(failure.reason)
    case nil: throw fail("what answers at \(path) is no LeakWatch of this version")
    }
  }

  private func fail(_ reason: String) -> ExitCode {
    StandardError.write("error: \(reason)\n")
    return ExitCode(1)
  }

  private static func advice(_ error: SystemError) -> String {
    error.isDenied
      ? "; try as root" : "; is it running? (systemctl status leakwatch)"
  }
}
