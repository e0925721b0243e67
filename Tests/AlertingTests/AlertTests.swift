import Testing
import TimeSeries

@testable import Alerting

@Suite struct AlertTests {
  /// A copy shares what it says with the alert that it was made of, and is changed without it.
  @Test func aCopyIsChangedByItself() {
    let alert = Alert.sample()
    var copy = alert
    #expect(copy == alert && copy.hashValue == alert.hashValue)
    copy.status = .resolved
    copy.description.cgroupPath = "/elsewhere"
    copy.reasons.append("one more")
    #expect(copy != alert)
    #expect(alert.status == .firing && alert.reasons + ["one more"] == copy.reasons)
    #expect(alert.description.cgroupPath != "/elsewhere")
    copy.status = alert.status
    copy.description = alert.description
    copy.reasons = alert.reasons
    #expect(copy == alert && copy.hashValue == alert.hashValue)
  }
}
