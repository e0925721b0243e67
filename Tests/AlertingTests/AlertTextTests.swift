import Testing
import TimeSeries

@testable import Alerting

@Suite struct AlertTextTests {
  @Test func theTextGoesFromWhatToWhyToWhatToPaste() {
    #expect(
      AlertText.text(.sample()) == """
        api: memory grows 512 MiB/day (486 MiB to 525 MiB), true leak, in anon; \
        limit in 3 d (2 d 18 h to 3 d 8 h)
          because: linear over 24 h
          because: requests "flat"
          Does it follow load? no
          see:     http://127.0.0.1:9788/ (the service in LeakWatch)
          run:     journalctl _SYSTEMD_UNIT=api.service + OBJECT_SYSTEMD_UNIT=api.service   \
        # the unit's log together with these alerts
        """)
  }

  @Test(arguments: [
    (
      "api.service" as String?,
      "journalctl _SYSTEMD_UNIT=api.service + OBJECT_SYSTEMD_UNIT=api.service"
    ),
    (
      #"dev\x2dsda.service"#,
      #"journalctl '_SYSTEMD_UNIT=dev\x2dsda.service' + 'OBJECT_SYSTEMD_UNIT=dev\x2dsda.service'"#
    ),
    (nil, "journalctl LEAKWATCH_SERVICE=api"),
  ])
  func theCommandFindsTheAlert(unit: String?, command: String) {
    let service = ServiceDescription(name: ServiceName("api"), unit: unit)
    #expect(SuggestedCommand.journal(of: service).command == command)
  }

  @Test(arguments: [("it's", #"'it'\''s'"#), ("", "''"), ("$(x)", "'$(x)'"), ("a b", "'a b'")])
  func shellWordsAreQuoted(word: String, quoted: String) {
    #expect(SuggestedCommand.shellQuoted(word) == quoted)
  }
}
