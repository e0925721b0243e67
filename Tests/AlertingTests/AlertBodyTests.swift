import Testing
import TimeSeries

@testable import Alerting

@Suite struct AlertBodyTests {
  @Test func aFiringAlertReadsAsDocumented() {
    let data = #"""
      {"alert":"memory_growth","status":"firing","service":"api","host":"db-3","severity":"page",\#
      "episode":"ep-1","started_at":1795341000.25,"ended_at":null,\#
      "summary":"api: memory grows 512 MiB/day (486 MiB to 525 MiB), true leak, in anon; \#
      limit in 3 d (2 d 18 h to 3 d 8 h)",\#
      "verdict":"leak","flavour":"true_leak","slope_bytes_per_day":536870912,\#
      "slope_low":510000000,"slope_high":550000000,"seconds_to_limit":262000,\#
      "seconds_to_limit_low":240000,"seconds_to_limit_high":291000.5,"growing":"anon",\#
      "reasons":["linear over 24 h","requests \"flat\""],\#
      "checklist":[{"question":"Does it follow load?","answer":"no",\#
      "figures":{"nan":null,"r2":0.25}}],"evidence":null,"fix":null,\#
      "links":[{"href":"http://127.0.0.1:9788/","text":"the service in LeakWatch"}],\#
      "commands":[{"purpose":"the unit's log together with these alerts",\#
      "command":"journalctl _SYSTEMD_UNIT=api.service + OBJECT_SYSTEMD_UNIT=api.service"}],\#
      "unit":"api.service","cgroup":"/system.slice/api.service","runtime":"go"}
      """#
    #expect(
      String(decoding: AlertBody.webhook(.sample()), as: UTF8.self)
        == #"{"type":"leakwatch.alert.firing","timestamp":"2026-11-22T10:00:00Z","data":"# + data
        + "}")
  }

  @Test func whatIsNotKnownIsNullAndNeverLeftOut() {
    let key = AlertKey(service: ServiceName("x"), kind: .oomKill)
    let alert = Alert(
      key: key, status: .resolved, severity: .page, episode: EpisodeID(text: "e"), host: "h",
      startedAt: Timestamp(seconds: 1), at: Timestamp(seconds: 2), summary: "s",
      description: ServiceDescription(name: ServiceName("x")))
    #expect(
      String(decoding: AlertBody.webhook(alert), as: UTF8.self) == #"""
        {"type":"leakwatch.alert.resolved","timestamp":"1970-01-01T00:00:02Z","data":{\#
        "alert":"oom_kill","status":"resolved","service":"x","host":"h","severity":"page",\#
        "episode":"e","started_at":1,"ended_at":2,"summary":"s","verdict":null,"flavour":null,\#
        "slope_bytes_per_day":null,"slope_low":null,"slope_high":null,"seconds_to_limit":null,\#
        "seconds_to_limit_low":null,"seconds_to_limit_high":null,"growing":null,"reasons":[],\#
        "checklist":[],"evidence":null,"fix":null,"links":[],"commands":[],"unit":null,"cgroup":null,\#
        "runtime":null}}
        """#)
  }
}
