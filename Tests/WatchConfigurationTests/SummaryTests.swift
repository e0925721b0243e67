import Testing

@testable import WatchConfiguration

/// What `check-config` prints of a sound file.
struct SummaryTests {
  @Test func defaults() {
    let expected = """
      cgroups     every service and container of this host, every 1 min
      rule        memory_growth: memory grows and nothing ordinary explains it, for 30 min: a ticket; a warning if it ends within 7 d, a page within 1 d
      rule        growth_rule: off
      rule        gc_pause: garbage collection pauses take more than 5 % of 1 h, for 5 min: a warning
      rule        oom_imminent: the memory limit is reached within 1 h, for 2 min: a page
      rule        oom_kill: the kernel kills a process for want of memory: a page
      rule        max_uptime: off
      rule        sink_failing: alerts wait for a sink that takes none, for 5 min: a warning
      rule        target_down: a target does not answer, for 15 min: a ticket
      rule        config_rejected: a reload is refused: a ticket
      rule        state_degraded: the state cannot be written: a warning
      rules       evaluated every 1 min
      journal     records go to the journal
      memory      windows of 1 d in 96 buckets, floors of 14 d: at most 26214 series of 10 KiB, 256 MiB in all
      """
    #expect(Configuration().summary(bytesPerSeries: 10_240).joined(separator: "\n") == expected)
  }

  @Test func everyKey() {
    var configuration = EveryKey.configuration
    configuration.cgroups.isEnabled = true
    configuration.rules.oomKill.isEnabled = true
    configuration.rules.maxUptime.isEnabled = true
    let expected = """
      cgroups     system.slice/*, **/docker-*.scope except a/b?, every 1 min 30 s, below /cg
      shard       2/3: of the services that are watched over the network those of this share
      exporter    api: https://[::1]:8443/metrics?…, every 5 s, timeout 5 s, joined with system.slice/api.service, heap profiles from http://127.0.0.1:6060/debug/pprof/heap, with a password, certificate not checked, through http://proxy:3128, heap_used_bytes from my_heap{area="he\\"ap",id!="x"}
      exporter    web: http://localhost/metrics, every 15 s, timeout 10 s, with a token
      discovery   targets listed in /etc/leakwatch/targets/*.json, /srv/more.json, with env=~"prod|staging", without __address__=~"10\\.9\\..*", named by app, every 30 s, timeout 20 s, heap profiles from http://each-target:6060/debug/pprof/heap?…
      discovery   targets that https://sd.example.com/targets?… lists, asked every 1 min, named by service and address, every 15 s, timeout 10 s
      discovery   targets that http://127.0.0.1:8080/targets lists, asked every 1 min, named by service and address, every 15 s, timeout 10 s
      prometheus  https://mimir.example.com/prometheus: services by the label "app", every 2 min with a lag of 1 min 30 s, after 14 d of its history, memory from my_memory_bytes{app!=""}, sets kubernetes, process_exporter where cluster="eu", requests_total from sum by (app) (requests_total), api joined with system.slice/api.service, with a password, certificate not checked, through http://proxy:3128
      prometheus  http://localhost:9090: services by the label "service", every 1 min with a lag of 1 min, after 7 d of its history, sets go, with a token
      rule        memory_growth: off
      rule        growth_rule: memory grows by more than 477 MiB a day over 12 h, for 2 h: a warning
      rule        gc_pause: off
      rule        oom_imminent: off
      rule        oom_kill: the kernel kills a process for want of memory: a warning
      rule        max_uptime: no restart of api-*, db for more than 30 d: a page
      rule        sink_failing: alerts wait for a sink that takes none, for 10 min: a page
      rule        target_down: a target does not answer, for 1 h: a warning
      rule        config_rejected: a reload is refused: a warning
      rule        state_degraded: off
      rules       evaluated every 30 s
      restarts    weekly: api-*, db with env=~\"prod|staging\" after 7 d or on a confirmed leak or when its limit is reached soon, between 23:30-04:00 in Europe/Berlin, in one of 4 parts of it, asked for through pager
      restarts    quiet: * after 14 d, in the quietest hours, by systemd; a dry run, nothing is restarted
      sink        pager (webhook): alerts from page up to https://hooks.example.com/…, signed with /a, /b
      sink        am (alertmanager): every alert and its end to https://10.0.0.1:9093 and https://am.example.com, again every 30 s, with a password
      sink        duty (pagerduty): every alert and its end to PagerDuty, with the key in /key
      sink        chat (slack): every ticket and warning of memory_growth, oom_kill about api-*, db and its end and again every 4 h to the address in /chat, in groups of 30 s
      sink        own (template): every alert and its end to https://ntfy.example.com/…, worded by /own.template
      journal     records go to standard error
      page        http://127.0.0.1:9788/, with /metrics and /api/v1, also asked for as leakwatch.example.com, ::1; alerts link to https://leakwatch.example.com/web-7
      heartbeat   to https://beat.example.com/…, every 2 min
      memory      windows of 2 d in 48 buckets, floors of 21 d: at most 100 series of 10 KiB, 1000 KiB in all
      """
    #expect(configuration.summary(bytesPerSeries: 10_240).joined(separator: "\n") == expected)
  }

  @Test func whatNoSinkTakesIsSaid() throws {
    let text = """
      [[sink]]
      name = "pager"
      url = "https://a/"
      severities = ["page"]
      services = ["api-*"]
      [[sink]]
      name = "chat"
      url = "https://a/"
      severities = ["ticket"]
      send_resolved = false
      """
    let outcome = ConfigurationLoader.load(text: text, fileName: "x")
    let lines = try #require(outcome.configuration).summary(bytesPerSeries: 10_240)
    #expect(
      lines.filter { $0.hasPrefix("sink") || $0.hasPrefix("untold") } == [
        "sink        pager (webhook): every page about api-* and its end to https://a/…, unsigned",
        "sink        chat (webhook): every ticket to https://a/…, unsigned",
        "untold      pages of some services or rules go to the journal alone",
        "untold      warnings go to the journal alone",
      ])
    #expect(outcome.diagnostics == [])
  }

  @Test func whatIsLeftToOtherShardsIsSaid() throws {
    let text = """
      shard = "1/3"
      [[exporter]]
      service = "api"
      url = "http://a/metrics"
      [[exporter]]
      service = "payments/web"
      url = "http://b/metrics"
      [[exporter]]
      service = "api"
      url = "http://c/metrics"
      cgroup = "system.slice/api.service"
      """
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    let configuration = try #require(outcome.configuration)
    #expect(
      configuration.summary(bytesPerSeries: 1).filter { $0.hasPrefix("exporter") } == [
        "exporter    api: http://a/metrics, every 15 s, timeout 10 s; left to another shard",
        "exporter    payments/web: http://b/metrics, every 15 s, timeout 10 s",
        "exporter    api: http://c/metrics, every 15 s, timeout 10 s, joined with "
          + "system.slice/api.service",
      ])
  }

  @Test(arguments: [
    "3", "4/3", "a/b", "1/5000", "1/3/5", "-1/3", "1/", "+1/3", "1/99999999999999999999",
  ])
  func whatIsNoShard(text: String) {
    let outcome = ConfigurationLoader.load(text: "shard = \"\(text)\"", fileName: "c")
    #expect(outcome.diagnostics.map(\.position) == [SourcePosition(line: 1, column: 9)])
    #expect(outcome.configuration == nil)
  }
}
