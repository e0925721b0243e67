package import Formats
package import TimeSeries

/// Takes the class histogram of the JVM that runs in a cgroup, through the privileged helper.
package final class ClassHistogramTaker {
  /// A start as an exporter tells it and as the kernel does may differ so much: some exporters compute
  /// it from a clock that is being adjusted.
  private static let tolerance = TimeSpan.seconds(2)

  private let client: HelperClient
  /// The process that was asked last in each cgroup and life: two profiles of one life must be of one
  /// process.
  private var asked: [String: Asked] = [:]

  private struct Asked {
    var lifeBegan: Timestamp
    var target: HelperQuestion.Target
  }

  package init(client: HelperClient) { self.client = client }

  package func stop() { client.stop() }

  /// - Parameters:
  ///   - lifeBegan: of the process where an exporter told it, else of the cgroup.
  ///   - isProcessStart: which of both.
  ///   - completion: not called after `stop`.
  package func take(
    cgroup: String, lifeBegan: Timestamp, isProcessStart: Bool, objects: HelperQuestion.Objects,
    at path: String, timeout: TimeSpan, limit: Int, completion: @escaping HelperClient.Completion
  ) {
    client.ask(
      HelperQuestion(.processes, cgroup: cgroup), at: path, timeout: timeout, limit: 1 << 20
    ) { [weak self] result in
      guard let self else { return }
      do throws(ProfileRefusal) {
        guard let list = HelperProcess.list(try result.get()) else {
          throw ProfileRefusal(reason: "the helper's list of processes is damaged", isFinal: false)
        }
        let target = try choose(list, cgroup, lifeBegan, isProcessStart)
        client.ask(
          HelperQuestion(.classHistogram(target, objects), cgroup: cgroup), at: path,
          timeout: timeout, limit: limit, completion: completion)
      } catch {
        completion(.failure(error))
      }
    }
  }

  private func choose(
    _ list: [HelperProcess], _ cgroup: String, _ lifeBegan: Timestamp, _ isProcessStart: Bool
  ) throws(ProfileRefusal) -> HelperQuestion.Target {
    let machines = list.filter { $0.runtime != nil }
    guard !machines.isEmpty else {
      throw ProfileRefusal(reason: "no process in \(cgroup) is a JVM", isFinal: true)
    }
    let chosen = machines.first {
      !isProcessStart
        || ($0.began - lifeBegan <= Self.tolerance && lifeBegan - $0.began <= Self.tolerance)
    }
    guard let chosen else {
      throw ProfileRefusal(
        reason: "no JVM in \(cgroup) began when the exporter says that its process did",
        isFinal: false)
    }
    if let before = asked[cgroup], before.lifeBegan == lifeBegan, before.target != chosen.target {
      throw ProfileRefusal(
        reason: "the JVM in \(cgroup) was replaced by another while the cgroup lived on",
        isFinal: true)
    }
    asked[cgroup] = Asked(lifeBegan: lifeBegan, target: chosen.target)
    return chosen.target
  }
}
