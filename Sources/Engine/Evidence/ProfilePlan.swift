package import Alerting
package import TimeSeries

/// When to take which heap profile, and which ones to compare: a value that is told what happens
/// and answers with what is to be done. One profile is under way at a time on this host.
package struct ProfilePlan: Sendable {
  package enum Step: Hashable, Sendable {
    case capture(ServiceName, lifeBegan: Timestamp, withGoroutines: Bool)
    /// Two profiles, or three, of one process; `bytesPerDay` is how fast it is thought to grow.
    case compare([ProfileCapture], bytesPerDay: Double?)
    /// Delete its files.
    case drop(ProfileCapture)
  }

  private struct Course {
    var inquiry: ProfileInquiry?
    /// Taken while it was not yet sure which process answered.
    var unconfirmed: ProfileCapture?
    var failures = 0
    var retryAt: Timestamp?
    /// When the process began that its exporter told of last, and the one that was profiled last.
    var lifeBegan: Timestamp?
    var profiledLife: Timestamp?
    /// It cannot be profiled as long as this process lives.
    var givenUp: Timestamp?
    var note: String?

    /// Whether another process has taken the place of the one that was profiled last.
    var wasReplaced: Bool {
      guard let lifeBegan, let profiledLife else { return false }
      return !ProfileCapture.areOneLife(lifeBegan, profiledLife)
    }

    /// Another process may be profiled where the one before it could not.
    mutating func noteLife(_ began: Timestamp) {
      defer { lifeBegan = began }
      guard let lifeBegan, !ProfileCapture.areOneLife(lifeBegan, began) else { return }
      (failures, retryAt) = (0, nil)
    }
  }

  /// Most profiles of one service that are kept, the newest.
  private static let mostOfService = 6

  package var settings: ProfileSettings
  private var courses: [ServiceName: Course] = [:]
  /// On disk, oldest first.
  private(set) var captures: [ProfileCapture] = []
  private var running: ServiceName?
  /// When the profiles of the last hour were begun.
  private var begun: [Timestamp] = []

  /// - Parameter captures: what an earlier run left on disk.
  package init(settings: ProfileSettings, captures: [ProfileCapture] = []) {
    self.settings = settings
    self.captures = captures.sorted { $0.takenAt < $1.takenAt }
  }

  /// Why there is no profile, or none yet; nil where nothing stands in the way.
  package func note(on service: ServiceName) -> String? { courses[service]?.note }

  /// How long the process must go on with what it does for the sake of the next profile, with an
  /// hour for what comes in between; zero where the one that is due is the last.
  package func spanToNext(of subject: ProfileSubject) -> TimeSpan {
    guard let suspicion = subject.suspicion,
      let inquiry = courses[subject.service]?.inquiry, inquiry.chain.count < 2
    else { return .zero }
    return settings.gap(suspicion) + .hours(1)
  }

  package var diskBytes: Int64 { captures.reduce(0) { $0 + $1.bytes } }

  /// - Parameter subjects: every service that can be profiled.
  package mutating func advance(_ subjects: [ProfileSubject], at now: Timestamp) -> [Step] {
    begun.removeAll { now - $0 >= .hours(1) || $0 > now }
    let known = Set(subjects.map(\.service))
    courses = courses.filter { known.contains($0.key) }
    var steps: [Step] = []
    // Those that are suspected come first: they may use what the hour allows.
    let sorted = subjects.sorted {
      ($0.suspicion == nil ? 1 : 0, $0.service) < ($1.suspicion == nil ? 1 : 0, $1.service)
    }
    for subject in sorted { steps += advance(subject, at: now) }
    return steps
  }

  private mutating func advance(_ subject: ProfileSubject, at now: Timestamp) -> [Step] {
    var course = courses[subject.service] ?? Course()
    var steps: [Step] = []
    if let lifeBegan = subject.lifeBegan {
      course.noteLife(lifeBegan)
      steps += settle(&course, subject, lifeBegan)
      if let comparison = follow(&course, subject, lifeBegan) { steps.append(comparison) }
    }
    let wish = wish(course, subject, at: now)
    course.note = wish.note
    if wish.isDue, running == nil, let lifeBegan = subject.lifeBegan {
      if let refusal = refusal(course, subject, at: now) {
        course.note = refusal
      } else {
        running = subject.service
        course.profiledLife = lifeBegan
        begun.append(now)
        steps.append(
          .capture(
            subject.service, lifeBegan: lifeBegan,
            withGoroutines: subject.goroutines.map { $0 <= settings.mostGoroutines } ?? false))
      }
    }
    courses[subject.service] = course
    return steps
  }

  /// Between the last scrape and a profile the process may have been another one. The next scrape
  /// tells; what belongs to nobody known is dropped.
  private mutating func settle(
    _ course: inout Course, _ subject: ProfileSubject, _ lifeBegan: Timestamp
  ) -> [Step] {
    guard let capture = course.unconfirmed, subject.toldAt > capture.takenAt else { return [] }
    course.unconfirmed = nil
    if capture.isOfLife(lifeBegan) { return [] }
    captures.removeAll { $0 == capture }
    return [.drop(capture)]
  }

  private func follow(
    _ course: inout Course, _ subject: ProfileSubject, _ lifeBegan: Timestamp
  ) -> Step? {
    guard let suspicion = subject.suspicion else {
      course.inquiry = nil
      return nil
    }
    let usable = captures.filter {
      $0.service == subject.service && $0.isOfLife(lifeBegan) && $0 != course.unconfirmed
    }
    var inquiry = course.inquiry ?? ProfileInquiry(before: usable.last)
    inquiry.noteLife(lifeBegan)
    for capture in usable { inquiry.take(capture) }
    let comparison = inquiry.comparison()
    course.inquiry = inquiry
    return comparison.map { .compare($0, bytesPerDay: suspicion.bytesPerDay) }
  }

  /// Whether a profile is wanted now, else what it waits for.
  private func wish(
    _ course: Course, _ subject: ProfileSubject, at now: Timestamp
  ) -> (isDue: Bool, note: String?) {
    guard let lifeBegan = subject.lifeBegan else {
      return (
        false,
        "its exporter does not tell process_start_time_seconds, so a restart between two profiles "
          + "would go unseen"
      )
    }
    if let givenUp = course.givenUp, ProfileCapture.areOneLife(givenUp, lifeBegan) {
      return (false, course.note)
    }
    if course.unconfirmed != nil { return (false, course.note) }
    if now - lifeBegan < settings.warmUp {
      return (
        false,
        "profiles begin when the process is \(settings.warmUp) old, which is "
          + "\(settings.warmUp - (now - lifeBegan)) from now"
      )
    }
    if let suspicion = subject.suspicion, let inquiry = course.inquiry {
      guard let due = inquiry.due(settings.gap(suspicion), at: now) else { return (false, nil) }
      if due <= now { return (true, course.failures > 0 ? course.note : inquiry.note) }
      let count = inquiry.chain.count == 1 ? "the second" : "the third"
      return (false, inquiry.note ?? "\(count) profile is due in \(due - now)")
    }
    guard subject.burden.allowsBaseline else { return (false, nil) }
    let newest = captures.last { $0.service == subject.service && $0.isOfLife(lifeBegan) }
    guard let newest, now - newest.takenAt < settings.renewal else { return (true, course.note) }
    return (false, nil)
  }

  /// Why a profile that is wanted is not taken now; nil where nothing stands in the way.
  private func refusal(
    _ course: Course, _ subject: ProfileSubject, at now: Timestamp
  ) -> String? {
    if let retryAt = course.retryAt, retryAt > now {
      return course.note ?? "the last profile failed; the next attempt is in \(retryAt - now)"
    }
    guard subject.isUp else { return "its exporter does not answer" }
    if let risk = subject.risk(settings) { return risk }
    let allowed =
      subject.suspicion == nil ? max(1, settings.mostPerHour / 2) : settings.mostPerHour
    guard begun.count < allowed else {
      return "\(begun.count) profiles were taken on this host within the hour, as many as "
        + "[profiles] per_hour allows"
    }
    return nil
  }

  // MARK: What became of a capture

  /// Takes the turn for a profile outside the plan; false while another one is under way.
  package mutating func beginUnplanned(_ service: ServiceName) -> Bool {
    guard running == nil else { return false }
    running = service
    let lifeBegan = courses[service]?.lifeBegan
    courses[service]?.profiledLife = lifeBegan
    return true
  }

  /// It is on disk.
  package mutating func noteCaptured(_ capture: ProfileCapture) -> [Step] {
    running = nil
    captures.append(capture)
    var course = courses[capture.service] ?? Course()
    course.unconfirmed = capture
    course.failures = 0
    course.retryAt = nil
    course.note = nil
    courses[capture.service] = course
    let dropped = surplus(after: capture)
    captures.removeAll { dropped.contains($0) }
    if dropped.contains(capture) {
      courses[capture.service]?.unconfirmed = nil
      noteFailure(
        of: capture.service,
        "the profiles that are needed fill [profiles] disk, "
          + "\(ByteCount(Double(settings.diskBytes)))", at: capture.takenAt)
    }
    return dropped.map(Step.drop)
  }

  /// - Parameter lifeBegan: of the process that cannot be profiled at all; nil where another
  ///   attempt may succeed.
  package mutating func noteFailure(
    of service: ServiceName, _ reason: String, at now: Timestamp, lifeBegan: Timestamp? = nil
  ) {
    running = nil
    var course = courses[service] ?? Course()
    course.note = reason
    course.givenUp = lifeBegan
    courses[service] = course
    // What failed because the process was ending says nothing of the one after it.
    guard !course.wasReplaced else { return }
    let pause = settings.retry.milliseconds << Int64(min(course.failures, 6))
    course.retryAt = now + min(TimeSpan(milliseconds: pause), .days(1))
    course.failures += 1
    courses[service] = course
  }

  /// The oldest that nobody needs, until the rest fits; in the end the new one itself.
  private func surplus(after capture: ProfileCapture) -> [ProfileCapture] {
    let needed = courses.values.flatMap { $0.inquiry?.chain ?? [] }
    var dropped: [ProfileCapture] = []
    let own = captures.filter { $0.service == capture.service && !needed.contains($0) }
    dropped += own.prefix(max(0, own.count - Self.mostOfService))
    var bytes = diskBytes - dropped.reduce(0) { $0 + $1.bytes }
    var newest: [ServiceName: ProfileCapture] = [:]
    for capture in captures { newest[capture.service] = capture }
    // First what is older than another of its service, then what is the last of its service.
    let candidates = captures.filter { !needed.contains($0) && $0 != capture }
    let ordered =
      candidates.filter { newest[$0.service] != $0 }
      + candidates.filter { newest[$0.service] == $0 }
    for old in ordered where bytes > settings.diskBytes && !dropped.contains(old) {
      dropped.append(old)
      bytes -= old.bytes
    }
    if bytes > settings.diskBytes { dropped.append(capture) }
    return dropped
  }
}
