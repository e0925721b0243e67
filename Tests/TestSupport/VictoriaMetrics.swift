internal import Foundation

/// Debian's VictoriaMetrics on loopback with an imported history, for the length of a test.
package final class VictoriaMetrics {
  package let address: String
  private let folder: TemporaryFolder
  private let server: BackgroundServer

  /// - Parameter lines: exposition text with timestamps in milliseconds.
  package init(lines: String, flags: [String] = []) throws {
    let program = try Program("victoria-metrics", package: "victoria-metrics")
    folder = try TemporaryFolder()
    let port = freeLoopbackPort()
    address = "http://127.0.0.1:\(port)"
    server = try BackgroundServer(
      program,
      [
        "-storageDataPath=\(folder.url.appendingPathComponent("data").path)",
        "-httpListenAddr=127.0.0.1:\(port)", "-retentionPeriod=100y",
        "-search.disableCache", "-search.latencyOffset=0s",
      ] + flags,
      log: folder.url.appendingPathComponent("log"), readyURL: "\(address)/health")
    let file = folder.url.appendingPathComponent("lines")
    try Data(lines.utf8).write(to: file)
    try Curl.post(file, to: "\(address)/api/v1/import/prometheus")
    // What was imported can be searched from then on.
    try Curl.get("\(address)/internal/force_flush")
  }
}
