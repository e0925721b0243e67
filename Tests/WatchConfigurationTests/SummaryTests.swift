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
      exporter    api: https://[::1]:8443/metrics?…, every 5 s, timeout 5 s, joined with system.slice/api.service, with a password, certificate not checked, through http://proxy:3128, heap_used_bytes from my_heap{area="he\\"ap",id!="x"}
      exporter    web: http://localhost/metrics, every 15 s, timeout 10 s, with a token
      prometheus  https://mimir.example.com/prometheus: services by the label "app", every 2 min with a lag of 1 min 30 s, after 14 d of its history, memory from my_memory_bytes{app!=""}, sets kubernetes, process_exporter where cluster="eu", requests_total from sum by (app) (requests_total), api joined with system.slice/api.service, with a password, certificate not checked, through http://proxy:3128
      prometheus  http://localhost:9090: services by the label "service", every 1 min with a lag of 1 min, after 7 d of its history, sets go, with a token
      rule        memory_growth: off
      rule        growth_rule: memory grows by more than 477 MiB a day over 12 h, for 2 h: a warning
      rule        gc_pause: off
      rule        oom_imminent: off
      rule        oom_kill: the kernel kills a process for want of memory: a warning
      rule        max_uptime: no restart for more than 30 d (not evaluated by this version): a page
      rules       evaluated every 30 s
      sink        pager (webhook): alerts from page up to https://hooks.example.com/…, signed with /a, /b
      journal     records go to standard error
      memory      windows of 2 d in 48 buckets, floors of 21 d: at most 100 series of 10 KiB, 1000 KiB in all
      """
    #expect(configuration.summary(bytesPerSeries: 10_240).joined(separator: "\n") == expected)
  }
}
