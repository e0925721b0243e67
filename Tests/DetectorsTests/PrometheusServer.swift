import Foundation
import TestSupport
import TimeSeries

/// A real Prometheus on loopback with the given history, for the length of a test.
final class PrometheusServer {
  private let folder: TemporaryFolder
  private let process: Process
  private let address: String
  private let promtool: Program

  init(openMetrics: String) throws {
    promtool = try Program("promtool", package: "prometheus")
    let prometheus = try Program("prometheus", package: "prometheus")
    folder = try TemporaryFolder()
    let history = folder.url.appendingPathComponent("history.om")
    let data = folder.url.appendingPathComponent("data")
    let configuration = folder.url.appendingPathComponent("prometheus.yml")
    try Data(openMetrics.utf8).write(to: history)
    try Data("global: {}\n".utf8).write(to: configuration)
    try promtool.run(
      ["tsdb", "create-blocks-from", "openmetrics", "--quiet", history.path, data.path])
    address = "http://127.0.0.1:\(freeLoopbackPort())"
    process = try prometheus.start(
      [
        "--config.file=\(configuration.path)", "--storage.tsdb.path=\(data.path)",
        "--storage.tsdb.retention.time=100y",
        "--web.listen-address=\(address.dropFirst("http://".count))",
      ], log: folder.url.appendingPathComponent("log"))
    try waitUntilReady()
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// Instant query. - Returns: values by the label `series`.
  func query(_ expression: String, at moment: Timestamp) throws -> [String: Double] {
    let output = try promtool.run([
      "query", "instant", "-o", "json", "--time=\(moment.seconds)", address, expression,
    ])
    let vector = try JSONSerialization.jsonObject(with: output) as? [[String: Any]] ?? []
    var values: [String: Double] = [:]
    for element in vector {
      guard let metric = element["metric"] as? [String: String], let name = metric["series"],
        let value = element["value"] as? [Any], let text = value.last as? String
      else { continue }
      values[name] = Double(text)
    }
    return values
  }

  private func waitUntilReady() throws {
    for _ in 0..<300 {
      if (try? query("vector(1)", at: Timestamp(milliseconds: 0))) != nil { return }
      guard process.isRunning else { break }
      Thread.sleep(forTimeInterval: 0.1)
    }
    let log = try? String(
      contentsOf: folder.url.appendingPathComponent("log"), encoding: .utf8)
    stop()
    throw Program.Failed(description: "prometheus did not become ready: \(log ?? "no log")")
  }
}
