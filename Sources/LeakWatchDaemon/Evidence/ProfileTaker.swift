internal import Alerting
internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import Storage
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
    var heap: ProfileStore.Content
    /// gzip; nil where none was taken.
    var goroutines: [UInt8]?
  }

  typealias Completion = (Result<Taken, ProfileRefusal>) -> Void

  /// A snapshot as JSON takes two to three times the heap that it describes.
  private static let textOfHeap = 4

  private let fetcher: ProfileFetcher
  private let inspector: InspectorClient
  private let helper: HelperProfileTaker
  var configuration: Configuration.Profiles

  init(_ configuration: Configuration.Profiles, loop: EventLoop, client: LazyHTTPClient) {
    self.configuration = configuration
    fetcher = ProfileFetcher { () throws(HTTPFailure) in try client.get() }
    inspector = InspectorClient(loop: loop) { () throws(HTTPFailure) in try client.get() }
    helper = HelperProfileTaker(client: HelperClient(loop: loop))
  }

  /// - Parameters:
  ///   - target: the service's exporter; nil where it has none, and then nothing is fetched.
  ///   - lifeBegan: of the process, or of its cgroup.
  ///   - spanToNext: until the next one of this process; zero where none follows.
  ///   - store: where it is going to be kept; a large one is written there as it arrives.
  ///   - completion: not called after `stop`; may be called from within.
  func take(
    _ origin: ProfileOrigin, of target: ExporterTarget?, lifeBegan: Timestamp, withGoroutines: Bool,
    spanToNext: TimeSpan, store: ProfileStore, completion: @escaping Completion
  ) {
    switch origin {
    case .url(let url):
      guard let target else { return }
      takeServed(url, of: target, withGoroutines: withGoroutines, completion: completion)
    case .tracemalloc(let url):
      guard let target else { return }
      let keep = spanToNext.milliseconds / 1000
      takeServed(
        url + "?keep=\(keep)", of: target, withGoroutines: false, completion: completion)
    case .inspector(let host, let port):
      guard let target else { return }
      takeSnapshot(host, port, of: target, store: store, completion: completion)
    case .jvm(let cgroup):
      takeThroughHelper(cgroup, lifeBegan, isProcessStart: true, completion)
    case .process(let cgroup):
      takeThroughHelper(cgroup, lifeBegan, isProcessStart: false, completion)
    }
  }

  func stop() {
    fetcher.stop()
    inspector.stop()
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

  // MARK: Through the inspector

  private func takeSnapshot(
    _ host: String, _ port: UInt16, of target: ExporterTarget, store: ProfileStore,
    completion: @escaping Completion
  ) {
    let draft: DraftFile
    let gzip: GzipStream
    do {
      draft = try store.draft(.nodeSnapshot)
      gzip = try GzipStream()
    } catch {
      return completion(.failure(Self.unkept(error)))
    }
    let takenAt = SystemClock.wallTime()
    var frame = SnapshotFrame()
    inspector.take(
      host: host, port: port, of: target, timeout: configuration.timeout,
      limit: Self.textOfHeap * configuration.mostCopiedHeapBytes
    ) { (bytes) throws(ProfileRefusal) in
      frame.take(bytes)
      try Self.append(gzip.append(bytes), to: draft)
    } completion: { result in
      do throws(ProfileRefusal) {
        try result.get()
        guard frame.isWhole else {
          throw ProfileRefusal(
            reason: "what Node's inspector sent is no whole heap snapshot", isFinal: false)
        }
        try Self.append(gzip.finish(), to: draft)
        completion(
          .success(Taken(kind: .nodeSnapshot, at: takenAt, heap: .draft(draft), goroutines: nil)))
      } catch {
        draft.discard()
        completion(.failure(error))
      }
    }
  }

  private static func append(_ bytes: [UInt8], to draft: DraftFile) throws(ProfileRefusal) {
    do {
      try draft.append(bytes)
    } catch {
      throw unkept(error)
    }
  }

  private static func unkept(_ error: SystemError) -> ProfileRefusal {
    ProfileRefusal(reason: "it cannot be kept: \(error)", isFinal: false)
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
      return Taken(kind: ProfileKind(kind), at: takenAt, heap: .bytes(try packed(bytes)))
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

/// The ends of a snapshot that passes by: enough to know that it is one and was not cut off. All of it is
/// read when it is compared.
private struct SnapshotFrame {
  private static let beginning = Array(#"{"snapshot":"#.utf8)

  private var first: [UInt8] = []
  private var last: UInt8?

  var isWhole: Bool { first == Self.beginning && last == UInt8(ascii: "}") }

  mutating func take(_ bytes: [UInt8]) {
    first += bytes.prefix(Self.beginning.count - first.count)
    last = bytes.last ?? last
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
