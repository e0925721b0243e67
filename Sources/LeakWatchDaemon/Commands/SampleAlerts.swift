internal import Alerting
internal import LinuxSystem
internal import TimeSeries

/// An alert that is none, for trying a sink: its beginning and its end.
enum SampleAlerts {
  static func all(host: String, links: AlertLinks) -> [Alert] {
    let now = SystemClock.wallTime()
    let firing = links.linked(alert(host: host, now: now))
    var end = firing
    end.status = .resolved
    end.summary = "leakwatch-test: the test is over"
    return [firing, end]
  }

  private static func alert(host: String, now: Timestamp) -> Alert {
    let service = ServiceName("leakwatch-test")
    let key = AlertKey(service: service, kind: .memoryGrowth)
    return Alert(
      key: key, status: .firing, severity: .page,
      episode: EpisodeID(host: host, key: key, start: now), host: host, startedAt: now, at: now,
      verdict: "leak", flavour: "true_leak",
      growth: GrowthFigures(
        slopeBytesPerDay: 536_870_912, slopeLow: 5.1e8, slopeHigh: 5.5e8, secondsToLimit: 262_000,
        secondsToLimitLow: 240_000, secondsToLimitHigh: 291_000),
      growing: "anon",
      summary: "leakwatch-test: this is a test of LeakWatch, nothing leaks; a leak would read: "
        + "memory grows +512 MiB/day, limit of 2 GiB in 3 d 1 h",
      reasons: ["sent by `leakwatch notify-test`"],
      checklist: [
        ChecklistAnswer(question: "Does somebody have to do anything?", answer: "no, it is a test")
      ],
      commands: [
        SuggestedCommand(
          purpose: "what LeakWatch says of itself", command: "journalctl -t leakwatch")
      ],
      description: ServiceDescription(name: service))
  }
}
