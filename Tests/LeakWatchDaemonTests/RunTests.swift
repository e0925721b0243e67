import Foundation
import TestSupport
import Testing

/// The whole daemon as a process: from files that look like the kernel's to a page.
@Suite(.serialized) struct RunTests {
  @Test func aLeakReachesTheReceiverOnceAndItsNeighbourNever() throws {
    let rig = try DaemonRig()
    try rig.configure()
    for unit in ["api.service", "web.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("2 services, none growing") })
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    let alert = try #require(rig.received.first)
    #expect(rig.received.count == 1)
    #expect(alert.service == "api")
    #expect(alert.alert == "oom_imminent")
    #expect(alert.status == "firing")
    #expect(alert.body["type"] as? String == "leakwatch.alert.firing")
    #expect(alert.data["unit"] as? String == "api.service")
    #expect(alert.data["growing"] as? String == "anon")
    #expect(rig.log.contains("critical: api: memory reaches its limit of 512 MiB in"))
    #expect(
      rig.log.contains("journalctl _SYSTEMD_UNIT=api.service + OBJECT_SYSTEMD_UNIT=api.service"))
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func anAlertOutlivesAReceiverThatHangsAndARestart() throws {
    let rig = try DaemonRig()
    try rig.configure(receiverPath: "/hang")
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
    #expect(rig.log.contains("1 alerts are kept for the next start"))

    try rig.configure(receiverPath: "/204")
    try rig.start()
    #expect(rig.waitUntil { rig.received.contains { $0.path == "/204" } })
    let ids = Set(
      rig.received.filter { $0.alert == "oom_imminent" }.map { $0.headers["webhook-id"] })
    #expect(ids.count == 1)
    rig.signal(SIGINT)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func anAlertGoesOnAfterACrashAndEndsAsTheSameEpisode() throws {
    let rig = try DaemonRig()
    try rig.configure(keepFiring: "3s")
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    rig.kill()
    let firing = try #require(rig.received.first)
    let told = rig.log.components(separatedBy: "critical: api: memory reaches").count

    try rig.start()
    #expect(rig.waitUntil { rig.received.contains { $0.status == "resolved" } })
    let resolved = try #require(rig.received.last)
    #expect(resolved.data["episode"] as? String == firing.data["episode"] as? String)
    #expect(resolved.data["started_at"] as? String == firing.data["started_at"] as? String)
    #expect(rig.received.filter { $0.status == "firing" }.count == 1)
    #expect(rig.log.components(separatedBy: "critical: api: memory reaches").count == told)
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func aServiceThatWentWhileNobodyWatchedIsNoServiceOfThisHost() throws {
    let rig = try DaemonRig()
    try rig.configure()
    for unit in ["api.service", "web.service"] {
      try rig.tree.create(unit)
      try rig.tree.set(unit, mebibytes: 256)
    }
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("2 services, none growing") })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
    try rig.tree.remove("web.service")
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }

  @Test func anExporterAndItsCgroupAreOneService() throws {
    let rig = try DaemonRig()
    let service = try MetricsService.python()
    try rig.configure(
      extra: """
        [[exporter]]
        service = "payments"
        url = "\(service.url("/metrics"))"
        interval = "200ms"
        timeout = "200ms"
        cgroup = "system.slice/api.service"
        """)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    let alert = try #require(rig.received.first)
    #expect(alert.service == "payments")
    #expect(alert.data["unit"] as? String == "api.service")
    #expect(alert.data["runtime"] as? String == "python")
  }

  @Test func aReloadTakesAChangeOverAndRefusesAMistake() throws {
    let rig = try DaemonRig()
    try rig.configure()
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 100)
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })

    try Data("[cgroups]\nintervall = \"1s\"\n".utf8).write(to: rig.configurationFile)
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { rig.log.contains("configuration was rejected") })
    #expect(rig.log.contains("config.toml:2:1: error: "))
    #expect(rig.log.contains("interval"))

    try rig.configure(extra: "min_severity = \"page\"")
    rig.signal(SIGHUP)
    #expect(rig.waitUntil { rig.log.contains("the configuration was reloaded") })
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
  }

  @Test func aRecreatedGroupIsARestartAndAnOOMKillIsReported() throws {
    let rig = try DaemonRig()
    try rig.configure()
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 400)
    try rig.start()
    #expect(rig.waitUntil { rig.log.contains("1 service, none growing") })
    try rig.tree.recreate("api.service")
    try rig.tree.set("api.service", mebibytes: 40)
    Thread.sleep(forTimeInterval: 1)
    #expect(rig.received.isEmpty)
    try rig.tree.set("api.service", mebibytes: 40, oomKills: 1)
    #expect(rig.waitUntil { rig.received.contains { $0.alert == "oom_kill" } })
    #expect(rig.log.contains("api: the kernel's OOM killer struck once"))
  }

  @Test func anAlertmanagerThatLostItsMemoryIsToldAgainAfterARestart() throws {
    let rig = try DaemonRig()
    let alertmanager = try AlertmanagerServer(webhook: rig.receiver.url("/200"))
    #expect(rig.waitUntil { alertmanager.memberCount == 1 })
    let sink = """
      [host]
      name = "web-7"
      [[sink]]
      name = "am"
      type = "alertmanager"
      urls = ["\(alertmanager.url)"]
      resend_interval = "1s"
      labels = { team = "payments" }
      """
    try rig.configure(extra: sink)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    #expect(try rig.leak("api.service") { !alertmanager.alerts("service=api").isEmpty })
    let labels = [
      "alertname": "LeakWatchOOMImminent", "service": "api", "severity": "page", "host": "web-7",
      "team": "payments",
    ]
    #expect(alertmanager.alerts("service=api") == [labels])
    rig.signal(SIGKILL)
    #expect(rig.waitForExit(seconds: 30) != nil)
    alertmanager.kill()
    try alertmanager.start()
    // Nothing leaks any more that a new daemon could see: only its disk knows of the alert.
    try rig.tree.set("api.service", mebibytes: 100)
    try rig.start()
    #expect(rig.waitUntil { alertmanager.alerts("service=api") == [labels] })
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
    #expect(!rig.log.contains("are kept for the next start"))
  }

  @Test func anAlertmanagerBehindTLSAndAPassword() throws {
    let rig = try DaemonRig()
    let alertmanager = try AlertmanagerServer(webhook: rig.receiver.url("/200"))
    #expect(rig.waitUntil { alertmanager.memberCount == 1 })
    let authority = try CertificateAuthority()
    let issued = try authority.issue("alertmanager", for: ["IP:127.0.0.1"])
    let proxy = try NginxProxy(
      before: alertmanager.url, certificate: issued.certificate, key: issued.key, user: "watch",
      password: "s3cret", token: "unused")
    let password = authority.path("password")
    try "wrong\n".write(toFile: password, atomically: true, encoding: .utf8)
    try rig.configure(
      extra: """
        [[sink]]
        name = "am"
        type = "alertmanager"
        url = "\(proxy.address)/"
        resend_interval = "1s"
        basic_auth = { username = "watch", password_file = "\(password)" }
        tls = { ca_file = "\(authority.certificate)" }
        """)
    try rig.tree.create("api.service")
    try rig.tree.set("api.service", mebibytes: 256)
    try rig.start()
    let said = "sink am fails: the receiver answered 401; check the credentials of this sink"
    #expect(try rig.leak("api.service") { rig.log.contains(said) })
    #expect(alertmanager.alerts("service=api").isEmpty)
    // The alert was not lost to a wrong password, and a right one counts without a reload.
    try "s3cret\n".write(toFile: password, atomically: true, encoding: .utf8)
    #expect(rig.waitUntil { alertmanager.alerts("service=api").count == 1 })
    #expect(rig.log.contains("sink am works again"))
    #expect(!rig.log.contains("s3cret"))
    rig.signal(SIGTERM)
    #expect(rig.waitForExit(seconds: 30) == 0)
  }
}
