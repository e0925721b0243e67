internal import Foundation

/// Debian's Alertmanager on loopback, alone or as a member of a cluster, for the length of a test.
package final class AlertmanagerServer {
  private let folder: TemporaryFolder
  private let program: Program
  private let tool: Program
  private let arguments: [String]
  private var process: Process?
  package let url: String
  package let clusterAddress: String

  /// - Parameters:
  ///   - webhook: who is told, at once, with the ends.
  ///   - peers: the cluster addresses of other members; empty for the first one.
  ///   - groupIntervalSeconds: how often a group that was told is looked at again. A member that
  ///     waits for another's word speaks of what it saw before it waited, so this must be far longer
  ///     than `peerTimeoutSeconds`, as it is in practice (5 min beside 15 s).
  ///   - peerTimeoutSeconds: how long the second member waits for the first one's word.
  package init(
    webhook: String, peers: [String] = [], groupIntervalSeconds: Int = 4,
    peerTimeoutSeconds: Int = 1
  ) throws {
    program = try Program("prometheus-alertmanager", package: "prometheus-alertmanager")
    tool = try Program("amtool", package: "prometheus-alertmanager")
    folder = try TemporaryFolder()
    let configuration = folder.url.appendingPathComponent("alertmanager.yml")
    let text = """
      route:
        receiver: page
        group_by: [alertname, service]
        group_wait: 1s
        group_interval: \(groupIntervalSeconds)s
        repeat_interval: 1h
      receivers:
        - name: page
          webhook_configs:
            - url: "\(webhook)"
              send_resolved: true
      """
    try Data(text.utf8).write(to: configuration)
    let address = "127.0.0.1:\(freeLoopbackPort())"
    clusterAddress = "127.0.0.1:\(freeLoopbackPort())"
    url = "http://\(address)"
    arguments =
      [
        "--config.file=\(configuration.path)",
        "--storage.path=\(folder.url.appendingPathComponent("data").path)",
        "--web.listen-address=\(address)", "--cluster.listen-address=\(clusterAddress)",
        "--cluster.advertise-address=\(clusterAddress)",
        "--cluster.peer-timeout=\(peerTimeoutSeconds)s",
        "--cluster.gossip-interval=50ms", "--cluster.pushpull-interval=1s",
        "--cluster.settle-timeout=30s", "--cluster.reconnect-interval=1s",
      ] + peers.map { "--cluster.peer=\($0)" }
    try start()
  }

  deinit { kill() }

  /// Begins again on the same ports and the same data.
  package func start() throws {
    process = try program.start(arguments, log: folder.url.appendingPathComponent("log"))
  }

  /// SIGKILL: whatever is in memory is gone.
  package func kill() {
    guard let process, process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    while process.isRunning { usleep(1000) }
  }

  package var log: String {
    (try? String(contentsOf: folder.url.appendingPathComponent("log"), encoding: .utf8)) ?? ""
  }

  /// How many members it sees, itself included; 0 while it does not answer.
  package var memberCount: Int {
    let answer = try? tool.run(["cluster", "show", "--output=json", "--alertmanager.url=\(url)"])
    let status = answer.flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    guard status?["status"] as? String == "ready" else { return 0 }
    return (status?["peers"] as? [Any])?.count ?? 0
  }

  /// What `amtool alert query` shows: the labels of each alert that is active.
  package func alerts(_ matchers: String...) -> [[String: String]] {
    let answer = try? tool.run(
      ["alert", "query", "--output=json", "--alertmanager.url=\(url)"] + matchers)
    let alerts = answer.flatMap {
      try? JSONSerialization.jsonObject(with: $0) as? [[String: Any]]
    }
    return (alerts ?? []).map { $0["labels"] as? [String: String] ?? [:] }
  }
}
