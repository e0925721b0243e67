package import Foundation

/// A real server program on 127.0.0.1, for the length of a test.
package final class BackgroundServer {
  private let program: Program
  private let arguments: [String]
  private let log: URL
  private let readyURL: String
  private var process: Process?

  /// Starts the program and waits until `readyURL` answers 2xx.
  package init(
    _ program: Program, _ arguments: [String], log: URL, readyURL: String
  ) throws {
    self.program = program
    self.arguments = arguments
    self.log = log
    self.readyURL = readyURL
    try start()
  }

  deinit { stop() }

  package func start() throws {
    let process = try program.start(arguments, log: log)
    self.process = process
    for _ in 0..<600 {
      if (try? Curl.get(readyURL)) != nil { return }
      guard process.isRunning else { break }
      Thread.sleep(forTimeInterval: 0.05)
    }
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? "no log"
    stop()
    throw Program.Failed(description: "\(program.url.lastPathComponent) did not start: \(text)")
  }

  /// Kills it at once, in the middle of whatever it does, and returns when it is gone.
  package func stop() {
    guard let process, process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    while process.isRunning { usleep(1000) }
  }
}

/// HTTP for the tests' own needs.
package enum Curl {
  /// - Throws: where the answer is not 2xx.
  @discardableResult
  package static func get(_ url: String) throws -> Data {
    try Program("curl", package: "curl").run(["--silent", "--fail", "--max-time", "20", url])
  }

  package static func post(_ file: URL, to url: String) throws {
    try Program("curl", package: "curl").run([
      "--silent", "--fail", "--max-time", "60", "--data-binary", "@\(file.path)", url,
    ])
  }
}
