package import Formats
package import TimeSeries

/// Takes a profile of a process in a cgroup through the privileged helper: the class histogram of a
/// JVM, or the mappings of what is none.
package final class HelperProfileTaker {
  package struct Wish: Sendable {
    package var cgroup: String
    /// Of the process where an exporter told it, else of the cgroup.
    package var lifeBegan: Timestamp
    /// Which of both; where it is the process', it is known to be a JVM.
    package var isProcessStart: Bool
    package var objects: HelperQuestion.Objects
    /// A JVM of unknown heap that takes more is left alone.
    package var mostResidentBytes: Double

    package init(
      cgroup: String, lifeBegan: Timestamp, isProcessStart: Bool, objects: HelperQuestion.Objects,
      mostResidentBytes: Double
    ) {
      self.cgroup = cgroup
      self.lifeBegan = lifeBegan
      self.isProcessStart = isProcessStart
      self.objects = objects
      self.mostResidentBytes = mostResidentBytes
    }
  }

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

  /// - Parameter completion: not called after `stop`.
  package func take(
    _ wish: Wish, at path: String, timeout: TimeSpan, limit: Int,
    completion: @escaping HelperClient.Completion
  ) {
    client.ask(
      HelperQuestion(.processes, cgroup: wish.cgroup), at: path, timeout: timeout, limit: 1 << 20
    ) { [weak self] result in
      guard let self else { return }
      do throws(ProfileRefusal) {
        guard let list = HelperProcess.list(try result.get()) else {
          throw ProfileRefusal(reason: "the helper's list of processes is damaged", isFinal: false)
        }
        let question = try question(wish, list)
        client.ask(
          HelperQuestion(question, cgroup: wish.cgroup), at: path, timeout: timeout, limit: limit,
          completion: completion)
      } catch {
        completion(.failure(error))
      }
    }
  }

  private func question(
    _ wish: Wish, _ list: [HelperProcess]
  ) throws(ProfileRefusal) -> HelperQuestion.Subject {
    let machine = list.first {
      $0.runtime == .hotspot && (!wish.isProcessStart || Self.areEqual($0.began, wish.lifeBegan))
    }
    guard let machine else {
      if wish.isProcessStart { throw Self.noMachine(wish, list) }
      guard let largest = list.first else {
        throw ProfileRefusal(reason: "no process is in \(wish.cgroup)", isFinal: false)
      }
      try note(largest, wish)
      return .mappings(largest.target)
    }
    if !wish.isProcessStart, Double(machine.residentBytes) > wish.mostResidentBytes {
      throw ProfileRefusal(
        reason:
          "its JVM takes \(ByteCount(Double(machine.residentBytes))), and counting its objects "
          + "stops it for a time that goes with its heap; [profiles] jvm_max_heap allows "
          + "\(ByteCount(wish.mostResidentBytes))", isFinal: false)
    }
    try note(machine, wish)
    return .classHistogram(machine.target, wish.objects)
  }

  private static func noMachine(_ wish: Wish, _ list: [HelperProcess]) -> ProfileRefusal {
    list.contains { $0.runtime == .hotspot }
      ? ProfileRefusal(
        reason: "no JVM in \(wish.cgroup) began when the exporter says that its process did",
        isFinal: false)
      : ProfileRefusal(reason: "no process in \(wish.cgroup) is a HotSpot JVM", isFinal: true)
  }

  private func note(_ process: HelperProcess, _ wish: Wish) throws(ProfileRefusal) {
    let before = asked[wish.cgroup]
    if let before, before.lifeBegan == wish.lifeBegan, before.target != process.target {
      throw ProfileRefusal(
        reason: "the largest process in \(wish.cgroup) was replaced by another while the cgroup "
          + "lived on", isFinal: true)
    }
    asked[wish.cgroup] = Asked(lifeBegan: wish.lifeBegan, target: process.target)
  }

  private static func areEqual(_ one: Timestamp, _ other: Timestamp) -> Bool {
    one - other <= tolerance && other - one <= tolerance
  }
}
