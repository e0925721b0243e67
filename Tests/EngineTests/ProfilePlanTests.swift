import Alerting
import Testing
import TimeSeries

@testable import Engine

/// When which profile is taken: hours of a service's life as values.
struct ProfilePlanTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)
  private let api = ServiceName("api")
  private var plan = ProfilePlan(settings: ProfileSettings())
  private var life = start

  /// One evaluation after `minutes` of the first life. - Returns: what is to be done.
  private mutating func advance(
    _ minutes: Int64, slope: Double? = nil, room: Double? = nil, service: ServiceName? = nil
  ) -> [ProfilePlan.Step] {
    let now = Self.start + .minutes(minutes)
    return plan.advance([subject(now, slope, room, service ?? api)], at: now)
  }

  private func subject(
    _ now: Timestamp, _ slope: Double?, _ room: Double?, _ service: ServiceName
  ) -> ProfileSubject {
    ProfileSubject(
      service: service, lifeBegan: life, toldAt: now,
      suspicion: slope.map { ProfileSubject.Suspicion(bytesPerDay: $0) }, roomBytes: room,
      goroutines: 12)
  }

  private func profile(
    _ minutes: Int64, bytes: Int64 = 50_000, _ kind: ProfileKind = .pprof
  ) -> ProfileCapture {
    ProfileCapture(
      service: api, kind: kind, takenAt: Self.start + .minutes(minutes), lifeBegan: life,
      bytes: bytes,
      hasGoroutines: true)
  }

  private var wanted: [ProfilePlan.Step] {
    [.capture(api, lifeBegan: life, withGoroutines: true)]
  }

  @Test mutating func aServiceThatIsWellHasAProfileADay() {
    #expect(advance(59).isEmpty)
    #expect(
      plan.note(on: api) == "profiles begin when the process is 1 h old, which is 1 min from now")
    #expect(advance(60) == wanted)
    #expect(advance(61).isEmpty, "one at a time")
    #expect(plan.noteCaptured(profile(61)).isEmpty)
    #expect(advance(62).isEmpty)
    #expect(plan.note(on: api) == nil)
    #expect(advance(61 + 24 * 60 - 1).isEmpty)
    #expect(advance(61 + 24 * 60) == wanted)
  }

  @Test mutating func anotherProcessNeedNotWaitForWhatFailedOfTheOneBefore() {
    #expect(advance(60) == wanted)
    plan.noteFailure(of: api, "no answer", at: Self.start + .minutes(60))
    #expect(advance(61).isEmpty)
    life = Self.start + .minutes(2)
    #expect(advance(63) == wanted)
    // Nor where it fails once the next process is known.
    life = Self.start + .minutes(4)
    #expect(advance(64).isEmpty, "one at a time")
    plan.noteFailure(of: api, "the connection was lost", at: Self.start + .minutes(64))
    #expect(advance(65) == wanted)
    plan.noteFailure(of: api, "no answer", at: Self.start + .minutes(65))
    #expect(advance(66).isEmpty)
  }

  @Test mutating func aSuspicionComparesWithTheProfileFromBeforeAtOnce() {
    let (before, second, third) = (profile(60), profile(300), profile(360))
    _ = advance(60)
    _ = plan.noteCaptured(before)
    _ = advance(61)
    let slope = 16.0 * 1_048_576 * 48
    #expect(advance(300, slope: slope) == wanted)
    _ = plan.noteCaptured(second)
    #expect(
      advance(301, slope: slope) == [.compare([before, second], bytesPerDay: slope)])
    #expect(advance(302, slope: slope).isEmpty)
    #expect(plan.note(on: api) == "the third profile is due in 58 min")
    #expect(advance(360, slope: slope) == wanted)
    _ = plan.noteCaptured(third)
    #expect(
      advance(361, slope: slope) == [.compare([before, second, third], bytesPerDay: slope)])
    #expect(advance(3000, slope: slope).isEmpty, "three are enough for one suspicion")
    #expect(advance(3001) == wanted, "the next day's, when it has ended")
  }

  @Test mutating func slowGrowthIsGivenTimeToShow() {
    // 16 MiB take four hours.
    let slope = 96.0 * 1_048_576
    #expect(advance(100, slope: slope) == wanted, "none from before")
    _ = plan.noteCaptured(profile(100))
    #expect(advance(101, slope: slope).isEmpty)
    #expect(plan.note(on: api) == "the second profile is due in 3 h 59 min")
    #expect(advance(339, slope: slope).isEmpty)
    #expect(advance(340, slope: slope) == wanted)
  }

  @Test mutating func profilesOfTwoLivesAreNeverCompared() {
    _ = advance(60)
    _ = plan.noteCaptured(profile(60))
    _ = advance(200, slope: 1e9)
    _ = plan.noteCaptured(profile(200))
    life = Self.start + .minutes(199)
    // The second was taken of the new process, as the next scrape shows.
    let lost = ProfileCapture(
      service: api, kind: .pprof, takenAt: Self.start + .minutes(200), lifeBegan: Self.start,
      bytes: 50_000,
      hasGoroutines: true)
    #expect(advance(201, slope: 1e9) == [.drop(lost)])
    #expect(advance(259, slope: 1e9) == wanted)
    _ = plan.noteCaptured(profile(259))
    #expect(advance(260, slope: 1e9).isEmpty)
    #expect(
      plan.note(on: api)
        == "the service was restarted between two profiles, which then cannot be compared")
    _ = advance(319, slope: 1e9)
    _ = plan.noteCaptured(profile(319))
    #expect(
      advance(320, slope: 1e9) == [.compare([profile(259), profile(319)], bytesPerDay: 1e9)])
  }

  @Test mutating func aServiceNearItsLimitIsLeftAlone() {
    #expect(advance(60, slope: 1e9, room: 20 * 1_048_576).isEmpty)
    #expect(
      plan.note(on: api) == "20 MiB are left to its limit, and writing a profile takes memory; "
        + "[profiles] min_room demands 32 MiB")
    #expect(advance(61, slope: 1e9, room: 40 * 1_048_576) == wanted)
  }

  @Test mutating func aHeapIsCopiedUnderSuspicionAloneAndWhereThereIsRoom() {
    let now = Self.start + .minutes(300)
    let mebibyte = 1_048_576.0
    func note(
      heap: Double?, room: Double?, host: Double? = nil, suspicion: Bool = true
    ) -> String {
      var subject = subject(now, suspicion ? 1e9 : nil, room.map { $0 * mebibyte }, api)
      subject.burden = .copiesHeap
      subject.heapBytes = heap.map { $0 * mebibyte }
      subject.hostRoomBytes = host.map { $0 * mebibyte }
      var plan = plan
      return plan.advance([subject], at: now).isEmpty ? plan.note(on: api) ?? "" : "taken"
    }
    #expect(note(heap: 100, room: 1200) == "taken")
    #expect(note(heap: 100, room: 1200, suspicion: false) == "")
    #expect(
      note(heap: 100, room: 1199)
        == "1.2 GiB are left to its limit, and a snapshot of its heap of 100 MiB may take 1.2 GiB")
    #expect(
      note(heap: 100, room: 9000, host: 1000)
        == "1000 MiB are free on this host, and a snapshot of its heap of 100 MiB may take 1.2 GiB")
    #expect(note(heap: 129, room: 9000).hasSuffix("[profiles] max_heap allows 128 MiB"))
    #expect(note(heap: 100, room: nil).hasPrefix("its limit is not known"))
    #expect(note(heap: nil, room: 9000).hasPrefix("nobody tells how large its heap is"))
    #expect(note(heap: 1, room: 20).contains("min_room demands 32 MiB"))
  }

  @Test mutating func aJVMIsStoppedUnderSuspicionAloneAndWhereItsHeapIsSmall() {
    let now = Self.start + .minutes(300)
    func note(heap: Double?, suspicion: Bool = true) -> String {
      var subject = subject(now, suspicion ? 1e9 : nil, nil, api)
      subject.burden = .stopsWorld
      subject.heapBytes = heap.map { $0 * 1_048_576 }
      var plan = plan
      return plan.advance([subject], at: now).isEmpty ? plan.note(on: api) ?? "" : "taken"
    }
    #expect(note(heap: 2048) == "taken")
    #expect(note(heap: 100, suspicion: false) == "")
    #expect(
      note(heap: 4096)
        == "its heap takes 4 GiB, and counting its objects stops the service for a time that goes "
        + "with it; [profiles] jvm_max_heap allows 2 GiB")
    #expect(note(heap: nil).hasPrefix("nobody tells how large its heap is"))
  }

  @Test mutating func twoKindsAreNotCompared() {
    let others = [profile(300, .tracemalloc), profile(360, .tracemalloc)]
    plan = ProfilePlan(settings: ProfileSettings(), captures: [profile(60)])
    _ = advance(300, slope: 1e9)
    _ = plan.noteCaptured(others[0])
    #expect(advance(301, slope: 1e9).isEmpty)
    #expect(advance(360, slope: 1e9) == wanted)
    _ = plan.noteCaptured(others[1])
    #expect(advance(361, slope: 1e9) == [.compare(others, bytesPerDay: 1e9)])
  }

  @Test mutating func anHourHasAnEnd() {
    plan.settings.mostPerHour = 4
    for minute in Int64(0)..<2 {
      let name = ServiceName("service \(minute)")
      #expect(advance(60 + minute, service: name).count == 1)
      var capture = profile(60 + minute)
      capture.service = name
      _ = plan.noteCaptured(capture)
    }
    #expect(advance(63).isEmpty)
    #expect(
      plan.note(on: api) == "2 profiles were taken on this host within the hour, as many as "
        + "[profiles] per_hour allows")
    #expect(advance(64, slope: 1e9) == wanted, "a suspicion may use the other half")
  }

  @Test mutating func whatFailedIsTriedAgainLaterAndLater() {
    #expect(advance(60) == wanted)
    plan.noteFailure(of: api, "timed out", at: Self.start + .minutes(60))
    #expect(advance(74).isEmpty)
    #expect(plan.note(on: api) == "timed out")
    #expect(advance(75) == wanted)
    plan.noteFailure(of: api, "timed out", at: Self.start + .minutes(75))
    #expect(advance(104).isEmpty)
    #expect(advance(105) == wanted)
  }

  @Test mutating func whatServesNoProfilesIsAskedOnceInALife() {
    #expect(advance(60) == wanted)
    plan.noteFailure(of: api, "404", at: Self.start + .minutes(60), lifeBegan: life)
    #expect(advance(5000, slope: 1e9).isEmpty)
    #expect(plan.note(on: api) == "404")
    life = Self.start + .minutes(5000)
    #expect(advance(5060, slope: 1e9) == wanted)
  }

  @Test mutating func theDiskHoldsWhatIsNeeded() {
    plan.settings.diskBytes = 120_000
    _ = advance(60)
    _ = plan.noteCaptured(profile(60))
    _ = advance(1500)
    #expect(plan.noteCaptured(profile(1500)).isEmpty)
    _ = advance(2940)
    #expect(plan.noteCaptured(profile(2940)) == [.drop(profile(60))])
    #expect(plan.diskBytes == 100_000)
    // Under suspicion the newest is needed; the older one goes, and then the new one itself.
    _ = advance(2941, slope: 1e9)
    _ = advance(3000, slope: 1e9)
    #expect(
      plan.noteCaptured(profile(3000, bytes: 80_000)) == [
        .drop(profile(1500)), .drop(profile(3000, bytes: 80_000)),
      ])
    #expect(
      plan.note(on: api) == "the profiles that are needed fill [profiles] disk, 117 KiB")
  }

  @Test mutating func anEarlierRunsProfilesAreTheOnesFromBefore() {
    plan = ProfilePlan(settings: ProfileSettings(), captures: [profile(60)])
    #expect(advance(200, slope: 1e9) == wanted)
    _ = plan.noteCaptured(profile(200))
    #expect(
      advance(201, slope: 1e9) == [.compare([profile(60), profile(200)], bytesPerDay: 1e9)])
  }

  @Test mutating func withoutAStartTimeThereIsNoProfile() {
    let now = Self.start + .minutes(300)
    let subject = ProfileSubject(service: api, lifeBegan: nil, toldAt: now)
    #expect(plan.advance([subject], at: now).isEmpty)
    #expect(plan.note(on: api)?.contains("process_start_time_seconds") == true)
  }
}
