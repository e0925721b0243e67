import Testing
import TimeSeries

@testable import Alerting

/// Time as a picture: one character a minute. Observations: `L` met, `.` not met, `?` unknown.
/// States after each: `.` inactive, `p` pending, `F` firing, `r` the minute of resolving.
@Suite struct AlertStateMachineTests {
  private func picture(_ observations: String, hold: Int64, keep: Int64) -> String {
    var machine = AlertStateMachine()
    let timing = AlertTiming(hold: .minutes(hold), keepFiring: .minutes(keep))
    var states = ""
    for (minute, character) in observations.enumerated() {
      let observation: AlertStateMachine.Observation =
        switch character {
        case "L": .met
        case "?": .unknown
        default: .notMet
        }
      let now = Timestamp(milliseconds: Int64(minute) * 60_000)
      let transition = machine.advance(observation, timing: timing, at: now)
      if transition?.to == .resolved {
        states += "r"
      } else {
        states += [AlertState.pending: "p", .firing: "F"][machine.state] ?? "."
      }
    }
    return states
  }

  @Test(arguments: [
    // observations, for, keep_firing_for, states
    ("..LLLL....", Int64(2), Int64(2), "..ppFFFr.."),
    ("..LLLL....", 0, 0, "..FFFFr..."),
    ("LLL", 5, 0, "ppp"),
    ("LL.LLL", 2, 0, "pp.ppF"),
    ("LLL.L.L..", 1, 2, "pFFFFFFFr"),
    ("L?????L", 3, 0, "p?????F"),
    ("LL????..", 1, 1, "pFFFFFr."),
    ("??..??", 1, 1, "......"),
  ])
  func followsThePicture(observations: String, hold: Int64, keep: Int64, states: String) {
    // An unknown minute keeps whatever stood before it.
    var expected = ""
    for character in states {
      expected.append(character == "?" ? (expected.last ?? ".") : character)
    }
    #expect(picture(observations, hold: hold, keep: keep) == expected)
  }

  @Test func transitionsCarryTheMomentTheyBeganToFire() {
    var machine = AlertStateMachine()
    let timing = AlertTiming(hold: .minutes(1), keepFiring: .zero)
    let minute = { (count: Int64) in Timestamp(milliseconds: count * 60_000) }
    #expect(machine.advance(.met, timing: timing, at: minute(0))?.to == .pending)
    #expect(machine.firingSince == nil)
    let fired = machine.advance(.met, timing: timing, at: minute(1))
    #expect(fired?.from == .pending)
    #expect(fired?.startedAt == minute(1))
    #expect(machine.firingSince == minute(1))
    let resolved = machine.advance(.notMet, timing: timing, at: minute(9))
    #expect(resolved?.to == .resolved)
    #expect(resolved?.startedAt == minute(1))
  }

  @Test func episodesAreNamedByHostKeyAndStart() {
    let key = AlertKey(service: ServiceName("api"), kind: .oomImminent)
    let start = Timestamp(milliseconds: 1_763_900_000_000)
    let name = EpisodeID(host: "web-1", key: key, start: start)
    #expect(name.text.count == 16)
    #expect(name == EpisodeID(host: "web-1", key: key, start: start))
    #expect(name != EpisodeID(host: "web-2", key: key, start: start))
    #expect(name != EpisodeID(host: "web-1", key: key, start: start + .seconds(1)))
  }
}
