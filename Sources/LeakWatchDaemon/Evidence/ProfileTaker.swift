internal import Alerting
internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

/// Takes one heap profile of a service, by the way that its source demands, and reads it once to know
/// that it is one.
final class ProfileTaker {
  /// What was taken, ready to be kept.
  struct Taken {
    var kind: ProfileKind
    var at: Timestamp
    /// gzip.
    var heap: [UInt8]
    /// gzip; nil where none was taken.
    var goroutines: [UInt8]?
  }

  typealias Completion = (Result<Taken, ProfileRefusal>) -> Void

  private let fetcher: ProfileFetcher
  private let helper: HelperProfileTaker
  var configuration: Configuration.Profiles

  init(_ configuration: Configuration.Profiles, client: LazyHTTPClient, loop: EventLoop) {
    self.configuration = configuration
    fetcher = ProfileFetcher { () throws(HTTPFailure) in try client.get() }
    helper = HelperProfileTaker(client: HelperClient(loop: loop))
  }

  /// - Parameters:
  ///   - target: the service's exporter; nil where it has none, and then nothing is fetched.
  ///   - lifeBegan: of the process, or of its cgroup.
  ///   - completion: not called after `stop`; may be called from within.
  func take(
    _ origin: ProfileOrigin, of target: ExporterTarget?, lifeBegan: Timestamp, withGoroutines: Bool,
    completion: @escaping Completion
  ) {
    switch origin {
    case .url(let url):
      guard let target else { return }
      takeServed(url, of: target, withGoroutines: withGoroutines, completion: completion)
    case .jvm(let cgroup):
      takeThroughHelper(cgroup, lifeBegan, isProcessStart: true, completion)
    case .process(let cgroup):
      takeThroughHelper(cgroup, lifeBegan, isProcessStart: false, completion)
    }
  }

  func stop() {
    fetcher.stop()
    helper.stop()
  }

  // MARK: Through the helper

  /// Longer than the helper lives, whose own limits say more of what went wrong.
  private static let helperPatience = TimeSpan.seconds(60)

  private func takeThroughHelper(
    _ cgroup: String, _ lifeBegan: Timestamp, isProcessStart: Bool,
    _ completion: @escaping Completion
  ) {
    let wish = HelperProfileTaker.Wish(
      cgroup: cgroup, lifeBegan: lifeBegan, isProcessStart: isProcessStart,
      objects: configuration.jvmObjects == .live ? .live : .all,
      mostResidentBytes: Double(configuration.mostPausedHeapBytes))
    helper.take(
      wish, at: configuration.helperSocket, timeout: configuration.timeout + Self.helperPatience,
      limit: configuration.maximumBodyBytes
    ) { profile in
      completion(
        Result { () throws(ProfileRefusal) in
          try Self.read(try profile.get(), at: SystemClock.wallTime())
        })
    }
  }

  // MARK: By URL

  private func takeServed(
    _ url: String, of target: ExporterTarget, withGoroutines: Bool,
    completion: @escaping Completion
  ) {
    fetch(url, of: target) { [weak self] heap in
      let takenAt = SystemClock.wallTime()
      var taken: Taken
      do throws(ProfileRefusal) {
        taken = try Self.read(try heap.get(), at: takenAt)
      } catch {
        return completion(.failure(error))
      }
      guard let self, withGoroutines, taken.kind == .pprof,
        let beside = ExporterTarget.goroutineProfileURL(besideHeap: url)
      else { return completion(.success(taken)) }
      fetch(beside, of: target) { goroutines in
        // Without it the heap's profile is worth as much.
        if let bytes = try? goroutines.get(), (try? ProfileReading.goroutines(bytes)) != nil {
          taken.goroutines = try? Self.packed(bytes)
        }
        completion(.success(taken))
      }
    }
  }

  private func fetch(
    _ url: String, of target: ExporterTarget,
    completion: @escaping (Result<[UInt8], ProfileRefusal>) -> Void
  ) {
    fetcher.fetch(
      url, of: target, timeout: configuration.timeout, limit: configuration.maximumBodyBytes,
      completion: completion)
  }

  private static func read(
    _ bytes: [UInt8], at takenAt: Timestamp
  ) throws(ProfileRefusal) -> Taken {
    do {
      let kind = try ProfileReading.heap(bytes).kind
      return Taken(kind: ProfileKind(kind), at: takenAt, heap: try packed(bytes))
    } catch {
      throw ProfileRefusal(
        reason: "what the service gives as a heap profile cannot be used: \(error)",
        isFinal: false)
    }
  }

  private static func packed(_ bytes: [UInt8]) throws(SystemError) -> [UInt8] {
    Gzip.isGzip(bytes) ? bytes : try GzipStream.pack(bytes)
  }
}

extension ProfileKind {
  init(_ kind: HeapProfileKind) {
    self =
      switch kind {
      case .pprof: .pprof
      case .jvmHistogram: .jvmHistogram
      case .hprof: .hprof
      case .nodeSnapshot: .nodeSnapshot
      case .tracemalloc: .tracemalloc
      case .smaps: .smaps
      }
  }
}
