internal import Foundation

/// Debian's Prometheus on loopback with a given history, for the length of a test.
package final class RealPrometheus {
  package let address: String
  private let folder: TemporaryFolder
  private let server: BackgroundServer

  /// - Parameters:
  ///   - openMetrics: the history, with timestamps, ending in "# EOF".
  ///   - flags: further arguments.
  ///   - scrapesItself: every second, as the job "self".
  ///   - scrapedAddress: "host:port" of another target, every second, as the job "other".
  package init(
    openMetrics: String, flags: [String] = [], scrapesItself: Bool = false,
    scrapedAddress: String? = nil
  ) throws {
    let promtool = try Program("promtool", package: "prometheus")
    let prometheus = try Program("prometheus", package: "prometheus")
    folder = try TemporaryFolder()
    let history = folder.url.appendingPathComponent("history.om")
    let data = folder.url.appendingPathComponent("data")
    let configuration = folder.url.appendingPathComponent("prometheus.yml")
    try Data(openMetrics.utf8).write(to: history)
    try promtool.run(
      ["tsdb", "create-blocks-from", "openmetrics", "--quiet", history.path, data.path])
    let port = freeLoopbackPort()
    address = "http://127.0.0.1:\(port)"
    let jobs = [
      scrapesItself ? ("self", "127.0.0.1:\(port)") : nil, scrapedAddress.map { ("other", $0) },
    ].compactMap { $0 }
    let scrapes = jobs.map { name, target in
      """
      - job_name: \(name)
        scrape_interval: 1s
        static_configs: [{targets: ["\(target)"]}]

      """
    }
    let text = jobs.isEmpty ? "global: {}\n" : "scrape_configs:\n" + scrapes.joined()
    try Data(text.utf8).write(to: configuration)
    server = try BackgroundServer(
      prometheus,
      [
        "--config.file=\(configuration.path)", "--storage.tsdb.path=\(data.path)",
        "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:\(port)",
      ] + flags,
      log: folder.url.appendingPathComponent("log"), readyURL: "\(address)/-/ready")
  }

  package func stop() { server.stop() }

  package func restart() throws { try server.start() }

  /// The server's own answer to an instant query, the values by one label.
  package func query(
    _ expression: String, at seconds: Double, by label: String
  ) throws -> [String: Double] {
    let promtool = try Program("promtool", package: "prometheus")
    let output = try promtool.run([
      "query", "instant", "-o", "json", "--time=\(seconds)", address, expression,
    ])
    let vector = try JSONSerialization.jsonObject(with: output) as? [[String: Any]] ?? []
    var values: [String: Double] = [:]
    for element in vector {
      guard let metric = element["metric"] as? [String: String],
        let value = element["value"] as? [Any], let text = value.last as? String
      else { continue }
      values[metric[label] ?? ""] = Double(text)
    }
    return values
  }
}
