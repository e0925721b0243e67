internal import Alerting
internal import Engine
internal import Formats
internal import LinuxSystem
internal import Scrapers
internal import Storage
internal import TimeSeries
internal import WatchConfiguration

/// Takes the heap profiles that a `ProfilePlan` asks for, keeps them in the state directory and
/// makes evidence of them.
final class EvidenceKeeper {
  /// A service that can be profiled.
  struct Source {
    var subject: ProfileSubject
    /// nil where no exporter told of it.
    var target: ExporterTarget?
    var origin: ProfileOrigin
  }

  private struct Opened {
    var store: ProfileStore
    var plan: ProfilePlan
  }

  private let stateDirectory: String
  private let taker: ProfileTaker
  private let comparer: EvidenceComparer
  private let onNews: ([Event]) -> Void
  private let onProblem: (String) -> Void
  private var configuration: Configuration.Profiles
  private var opened: Opened?
  private var notes: [ServiceName: String] = [:]
  /// Problems that were told; those of the disk under no service.
  private var said: [ServiceName?: String] = [:]
  /// Who waits for a profile outside the plan.
  private var lastProfiles: [ServiceName: (String) -> Void] = [:]

  /// - Parameters:
  ///   - onNews: called with what the Engine must learn, also from inside `advance`.
  ///   - onProblem: called with what people must learn, each once.
  init(
    _ configuration: Configuration.Profiles, stateDirectory: String, loop: EventLoop,
    client: LazyHTTPClient,
    onNews: @escaping ([Event]) -> Void, onProblem: @escaping (String) -> Void
  ) {
    self.configuration = configuration
    self.stateDirectory = stateDirectory
    self.onNews = onNews
    self.onProblem = onProblem
    taker = ProfileTaker(configuration, loop: loop, client: client)
    comparer = EvidenceComparer(loop: loop)
  }

  func adopt(_ configuration: Configuration.Profiles) {
    self.configuration = configuration
    taker.configuration = configuration
    opened?.plan.settings = ProfileSettings(configuration)
  }

  func stop() {
    taker.stop()
    comparer.stop()
  }

  /// Does what is due. - Parameter sources: one for each service.
  func advance(_ sources: [Source], at now: Timestamp) {
    let sources = configuration.isEnabled ? sources : []
    if opened == nil, !sources.isEmpty { open() }
    guard opened != nil else {
      return publish { _ in said[nil] }
    }
    let steps = opened?.plan.advance(sources.map(\.subject), at: now) ?? []
    perform(steps, sources, at: now)
    publish { opened?.plan.note(on: $0) }

    func publish(_ note: (ServiceName) -> String?) {
      var news: [Event] = []
      let names = Set(sources.map(\.subject.service))
      for name in names.union(notes.keys).sorted() {
        let note = names.contains(name) ? note(name) : nil
        if notes[name] != note { news.append(.evidence(name, .none(reason: note))) }
        notes[name] = note
      }
      onNews(news)
    }
  }

  private func open() {
    do {
      let store = try ProfileStore(stateDirectory: stateDirectory)
      opened = Opened(
        store: store,
        plan: ProfilePlan(
          settings: ProfileSettings(configuration), captures: try store.captures()))
      said[nil] = nil
    } catch {
      tell("heap profiles cannot be kept: \(error)", of: nil)
    }
  }

  private func perform(_ steps: [ProfilePlan.Step], _ sources: [Source], at now: Timestamp) {
    for step in steps {
      switch step {
      case .capture(let name, let lifeBegan, let withGoroutines):
        guard let source = sources.first(where: { $0.subject.service == name }) else { continue }
        capture(source, lifeBegan: lifeBegan, withGoroutines: withGoroutines)
      case .compare(let captures, let bytesPerDay):
        compare(captures, bytesPerDay: bytesPerDay, at: now)
      case .drop(let capture): drop(capture)
      }
    }
  }

  // MARK: Taking one

  /// Takes a profile now, before a restart destroys what it shows; `completion` is told what became of
  /// it.
  func takeLastProfile(of source: Source, completion: @escaping (String) -> Void) {
    if opened == nil, configuration.isEnabled { open() }
    // Not of a service that might fall over it before its restart.
    guard configuration.isEnabled, source.subject.burden == .light,
      let lifeBegan = source.subject.lifeBegan,
      opened?.plan.beginUnplanned(source.subject.service) == true
    else { return completion("no heap profile can be taken now") }
    lastProfiles[source.subject.service] = completion
    capture(source, lifeBegan: lifeBegan, withGoroutines: false)
  }

  private func capture(_ source: Source, lifeBegan: Timestamp, withGoroutines: Bool) {
    guard let opened else { return }
    taker.take(
      source.origin, of: source.target, lifeBegan: lifeBegan, withGoroutines: withGoroutines,
      spanToNext: opened.plan.spanToNext(of: source.subject), store: opened.store
    ) { [weak self] outcome in
      switch outcome {
      case .failure(let refusal): self?.fail(source, refusal, lifeBegan: lifeBegan)
      case .success(let taken):
        let bytes = taken.heap.byteCount + Int64(taken.goroutines?.count ?? 0)
        self?.keep(
          ProfileCapture(
            service: source.subject.service, kind: taken.kind, takenAt: taken.at,
            lifeBegan: lifeBegan, bytes: bytes, hasGoroutines: taken.goroutines != nil),
          taken)
      }
    }
  }

  private func keep(_ capture: ProfileCapture, _ taken: ProfileTaker.Taken) {
    do {
      try opened?.store.keep(capture, heap: taken.heap, goroutines: taken.goroutines)
      said[nil] = nil
      said[capture.service] = nil
      lastProfiles.removeValue(forKey: capture.service)?(
        "a heap profile is kept in \(opened?.store.path(of: capture, .heap) ?? "?")")
      let drops = opened?.plan.noteCaptured(capture) ?? []
      perform(drops, [], at: capture.takenAt)
    } catch {
      let reason = "a heap profile cannot be kept: \(error)"
      opened?.plan.noteFailure(of: capture.service, reason, at: capture.takenAt)
      lastProfiles.removeValue(forKey: capture.service)?(reason)
      tell(reason, of: nil)
    }
  }

  private func fail(_ source: Source, _ refusal: ProfileRefusal, lifeBegan: Timestamp) {
    let service = source.subject.service
    opened?.plan.noteFailure(
      of: service, refusal.reason, at: SystemClock.wallTime(),
      lifeBegan: refusal.isFinal ? lifeBegan : nil)
    lastProfiles.removeValue(forKey: service)?("no heap profile: \(refusal.reason)")
    // That a service serves no profiles where nobody said that it does is no news.
    if refusal.isFinal, source.target.map({ $0.profile == .auto }) ?? true { return }
    tell("\(service): no heap profile: \(refusal.reason)", of: service)
  }

  private func drop(_ capture: ProfileCapture) {
    do {
      try opened?.store.remove(capture)
    } catch {
      tell("a heap profile cannot be removed: \(error)", of: nil)
    }
  }

  /// Each problem once, until another one takes its place or it is over.
  private func tell(_ problem: String, of service: ServiceName?) {
    guard said[service] != problem else { return }
    said[service] = problem
    onProblem(problem)
  }

  // MARK: What they say

  private func compare(_ captures: [ProfileCapture], bytesPerDay: Double?, at now: Timestamp) {
    guard let service = captures.first?.service, let store = opened?.store else { return }
    comparer.compare(captures, in: store, bytesPerDay: bytesPerDay, at: now) {
      [weak self] outcome in
      switch outcome {
      case .success(let evidence): self?.onNews([.evidence(service, .found(evidence))])
      case .failure(let failure):
        self?.tell("\(service): its heap profiles cannot be compared: \(failure)", of: service)
      }
    }
  }
}

extension ProfileSettings {
  init(_ configuration: Configuration.Profiles) {
    self.init()
    warmUp = configuration.warmUp
    renewal = configuration.baselineInterval
    leastGap = configuration.interval
    mostPerHour = configuration.mostPerHour
    diskBytes = Int64(configuration.diskBytes)
    leastRoomBytes = Double(configuration.leastRoomBytes)
    mostCopiedHeapBytes = Double(configuration.mostCopiedHeapBytes)
    mostPausedHeapBytes = Double(configuration.mostPausedHeapBytes)
  }
}
