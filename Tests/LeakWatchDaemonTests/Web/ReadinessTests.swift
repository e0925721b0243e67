import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// Probes, and the banner above the page.
@Suite struct ReadinessTests {
  @Test func nothingIsReadyBeforeTheFirstEvaluationAndEachReasonIsSaid() {
    var facts = DaemonFacts.atRest
    facts.unready = "the history of Prometheus servers is being read"
    let readiness = Readiness(facts)
    #expect(!readiness.isReady)
    #expect(
      readiness.text == """
        [-] sources: the history of Prometheus servers is being read
        [-] evaluation: none yet
        not ready

        """)
  }

  @Test func anEvaluationThatIsTooLongAgoIsNoneToRelyOn() {
    var facts = DaemonFacts.atRest
    facts.tally.noteEvaluation(at: facts.now - .minutes(1), seconds: 0.1)
    #expect(Readiness(facts).isReady)
    #expect(Readiness(facts).text.hasSuffix("[+] evaluation: the last one was 1 min ago\nready\n"))
    facts.now = facts.now + .minutes(5)
    #expect(!Readiness(facts).isReady)
  }

  @Test func aDaemonAtRestHasNoBannerAndTroublesAreSaidWithoutSecrets() {
    var facts = DaemonFacts.atRest
    #expect(HealthBanner(facts: facts).html.isEmpty)
    facts.tally.rejection = .init(at: facts.now, mistakes: 1)
    var record = DeliveryTally.SinkRecord()
    record.trouble = "the receiver answered 500"
    facts.sinks = [.init(name: "pager", waiting: 1, record: record)]
    facts.outages = (1...10).map { index in
      .init(
        service: ServiceName("<api>"), target: "http://127.0.0.1:\(index)/metrics",
        reason: "refused",
        since: facts.now - .hours(2))
    }
    let banner = HealthBanner(facts: facts)
    #expect(
      banner.troubles.prefix(3) == [
        "The changed configuration was rejected at 2025-11-24 16:00 UTC for one mistake; the old one "
          + "goes on. `leakwatch check-config /etc/c.toml` names them.",
        "Sink pager fails, 1 notification waits, it is tried again and again: the receiver answered "
          + "500.",
        "http://127.0.0.1:1/metrics of <api> has not answered for 2 h: refused.",
      ])
    #expect(banner.troubles.last == "2 more targets do not answer.")
    #expect(banner.html.contains("of &lt;api&gt; has"))
  }
}
