import Alerting
import TimeSeries
import Testing

@testable import WatchConfiguration

/// What a sound file comes to: defaults, every key, and defaults that hang on other keys.
struct LoaderTests {
  private func load(_ text: String) throws -> Configuration {
    let outcome = ConfigurationLoader.load(text: text, fileName: "config.toml")
    #expect(outcome.diagnostics.map(\.description) == [])
    return try #require(outcome.configuration)
  }

  @Test func anEmptyFileIsTheDefault() throws {
    #expect(try load("") == Configuration())
    #expect(try load("\u{FEFF}# only a comment\r\n") == Configuration())
    #expect(try load("[cgroups]\n[rules]\n[rules.gc_pause]\n") == Configuration())
  }

  @Test func everyKeyArrives() throws {
    let configuration = try load(
      Repository.text(of: "Tests/WatchConfigurationTests/Good/everything.toml"))
    #expect(configuration == EveryKey.configuration)
  }

  /// A key that the good file leaves out would be tested by nothing.
  @Test func theGoodFileHasEveryKey() {
    let text = Repository.text(of: "Tests/WatchConfigurationTests/Good/everything.toml")
    let alternatives = ["timeout", "url_file", "secret_file", "enabled", "type"]
    for section in Configuration.references {
      for key in section.keys where !alternatives.contains(key.name) {
        #expect(text.contains(key.name), "\(section.header) \(key.name)")
      }
    }
  }

  @Test(arguments: [
    ("", 10), ("interval = \"5s\"", 5), ("interval = \"1m\"", 10), ("timeout = \"12s\"", 12),
    ("interval = \"60s\"\ntimeout = \"60s\"", 60),
  ])
  func timeoutNeverExceedsTheInterval(lines: String, seconds: Int) throws {
    let text = "[[exporter]]\nservice = \"a\"\nurl = \"http://localhost/metrics\"\n" + lines
    #expect(try load(text).exporters.map(\.timeout) == [.seconds(Double(seconds))])
  }

  @Test func warningsKeepTheConfiguration() throws {
    let text =
      "[[prometheus]]\nurl = \"http://localhost:9090\"\nmemory = \"up\"\nmatchers = \"a='b'\"\n"
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    #expect(outcome.diagnostics.map(\.severity) == [.warning])
    let server = try #require(outcome.configuration?.prometheusServers.first)
    #expect(server.serviceLabel == "service")
    #expect(server.interval == .seconds(60))
    #expect(server.memory == "up")
  }

  /// Any one of them is enough; none tells of no service.
  @Test(arguments: [
    ("memory = \"up\"", true), ("signal_sets = [\"kubernetes\"]", true),
    ("signals = { rss_bytes = \"up\" }", true), ("signals = { requests_total = \"up\" }", false),
    ("signal_sets = []", false), ("", false),
  ])
  func aServerMustTellMemory(lines: String, isEnough: Bool) {
    let text = "[[prometheus]]\nurl = \"http://localhost:9090\"\n" + lines
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    let message =
      "c:1:3: error: [[prometheus]] says nothing of memory: give \"memory\" (PromQL), or "
      + "\"signal_sets\" such as [\"kubernetes\"]"
    #expect(outcome.diagnostics.map(\.description) == (isEnough ? [] : [message]))
  }

  @Test func diagnosticsStandInTheOrderOfTheFile() {
    let text = "[windows]\nbuckets = 1\nspan = 1\n[cgroups]\nroot = 1\nenabled = 1\n[a]\n"
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    let lines = outcome.diagnostics.map(\.position.line)
    #expect(lines == [2, 3, 5, 6, 7])
    #expect(outcome.configuration == nil)
  }

  @Test func aHugeFileIsRefused() {
    let text = String(repeating: "# x\n", count: 300_000)
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    let message = "c:1:1: error: the file has more than 1 MiB; is it a configuration?"
    #expect(outcome.diagnostics.map(\.description) == [message])
  }

  @Test func deepFilesEnd() {
    for text in [
      "a" + String(repeating: ".a", count: 50_000) + " = 1",
      "[a" + String(repeating: ".a", count: 50_000) + "]\nb = 1",
      "a = " + String(repeating: "[", count: 50_000),
      "a = " + String(repeating: "{a=", count: 50_000),
    ] {
      #expect(ConfigurationLoader.load(text: text, fileName: "c").configuration == nil)
    }
  }

  @Test(arguments: [
    (100, nil, 100_000), (300, nil, 33_333), (300, 5, 5), (300, 1 << 40, 33_333), (1 << 40, nil, 1),
    (0, 7, 7),
  ])
  func seriesBound(bytesPerSeries: Int, maximum: Int?, expected: Int) {
    var windows = Configuration.Windows()
    windows.maximumMemoryBytes = 10_000_000
    windows.maximumSeries = maximum
    #expect(windows.seriesBound(bytesPerSeries: bytesPerSeries) == expected)
  }
}

/// Good/everything.toml, as Swift.
enum EveryKey {
  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.names = ["4f5a9c01be77": "billing"]
    configuration.host.name = "web-7"
    configuration.status.listen = .tcp(host: "127.0.0.1", port: 9788)
    configuration.status.allowsOthers = true
    configuration.status.externalURL = WebURL(
      scheme: .https, host: "leakwatch.example.com", pathAndQuery: "/web-7")
    configuration.status.runbookURL = WebURL(
      scheme: .https, host: "wiki.example.com", pathAndQuery: "/leakwatch")
    configuration.status.hosts = ["leakwatch.example.com", "::1"]
    configuration.state.directory = "/srv/leakwatch"
    configuration.outbox.maximumAlerts = 500
    configuration.heartbeat.url = WebURL(
      scheme: .https, host: "beat.example.com", pathAndQuery: "/uuid")
    configuration.heartbeat.method = .post
    configuration.heartbeat.interval = .minutes(2)
    configuration.heartbeat.timeout = .seconds(5)
    configuration.journal.isEnabled = false
    configuration.cgroups.isEnabled = false
    configuration.cgroups.root = "/cg"
    configuration.cgroups.interval = .seconds(90)
    configuration.cgroups.include = ["system.slice/*", "**/docker-*.scope"]
    configuration.cgroups.exclude = ["a/b?"]
    configuration.shard = Shard(index: 2, count: 3)
    configuration.exporters = [api, web]
    configuration.prometheusServers = servers
    configuration.exporterDiscoveries = [listed, served, local]
    configuration.profiles.isEnabled = false
    configuration.profiles.diskBytes = 100 << 20
    configuration.profiles.mostPerHour = 20
    configuration.profiles.leastRoomBytes = 1 << 20
    configuration.profiles.mostCopiedHeapBytes = 1 << 30
    configuration.profiles.usesHelper = true
    configuration.profiles.helperSocket = "/run/other.sock"
    configuration.profiles.jvmObjects = .all
    configuration.profiles.mostPausedHeapBytes = 4 << 30
    configuration.profiles.warmUp = .minutes(10)
    configuration.profiles.interval = .hours(2)
    configuration.profiles.baselineInterval = .hours(12)
    configuration.profiles.timeout = .seconds(5)
    configuration.profiles.maximumBodyBytes = 2 << 20
    configuration.windows.span = .hours(48)
    configuration.windows.buckets = 48
    configuration.windows.floorSpan = .days(21)
    configuration.windows.maximumMemoryBytes = 1_000_000_000
    configuration.windows.maximumSeries = 100
    configuration.rules = rules
    configuration.restartPolicies = restartPolicies
    configuration.sinks = [pager, alertmanager, duty, chat, own]
    return configuration
  }

  private static var api: Configuration.Exporter {
    let url = WebURL(scheme: .https, host: "::1", port: 8443, pathAndQuery: "/metrics?key=1")
    var exporter = Configuration.Exporter(service: ServiceName("api"), url: url)
    exporter.interval = .seconds(5)
    exporter.timeout = .seconds(5)
    exporter.cgroup = "system.slice/api.service"
    exporter.profile = .url(
      WebURL(
        scheme: .http, host: "127.0.0.1", port: 6060, pathAndQuery: "/debug/pprof/heap"))
    exporter.headers = [
      HTTPHeader(name: "X-Other", value: Secret("")),
      HTTPHeader(name: "X-Scope-OrgID", value: Secret("team")),
    ]
    exporter.maximumBodyBytes = 512 << 10
    exporter.sampleLimit = 7
    exporter.fallbackFormat = .openmetrics
    exporter.proxyURL = WebURL(scheme: .http, host: "proxy", port: 3128)
    exporter.basicAuthentication = .init(username: "joe", passwordFile: "/p")
    exporter.tls.caFile = "/ca"
    exporter.tls.certificateFile = "/c"
    exporter.tls.keyFile = "/k"
    exporter.tls.serverName = "api.example.com"
    exporter.tls.skipsVerification = true
    exporter.signals[.heapUsed] = MetricSelector(
      metric: "my_heap",
      matchers: [
        .init(label: "area", comparison: .equal, value: "he\"ap"),
        .init(label: "id", comparison: .notEqual, value: "x"),
      ])
    return exporter
  }

  private static var web: Configuration.Exporter {
    let url = WebURL(scheme: .http, host: "localhost", pathAndQuery: "/metrics")
    var exporter = Configuration.Exporter(service: ServiceName("web"), url: url)
    exporter.bearerTokenFile = "/t"
    return exporter
  }

  private static var servers: [Configuration.PrometheusServer] {
    let url = WebURL(scheme: .https, host: "mimir.example.com", pathAndQuery: "/prometheus")
    var server = Configuration.PrometheusServer(url: url)
    server.serviceLabel = "app"
    server.memory = "my_memory_bytes{app!=\"\"}"
    server.signals = [.requestsTotal: "sum by (app) (requests_total)"]
    server.signalSets = [.kubernetes, .processExporter]
    server.matchers = "cluster=\"eu\""
    server.interval = .minutes(2)
    server.lag = .seconds(90)
    server.timeout = .seconds(20)
    server.backfill = .days(14)
    server.concurrency = 4
    server.headers = [HTTPHeader(name: "X-Scope-OrgID", value: Secret("team"))]
    server.basicAuthentication = .init(username: "joe", passwordFile: "/p")
    server.tls.caFile = "/ca"
    server.tls.serverName = "mimir"
    server.tls.skipsVerification = true
    server.proxyURL = WebURL(scheme: .http, host: "proxy", port: 3128)
    server.maximumBodyBytes = 1 << 20
    server.cgroups = [ServiceName("api"): "system.slice/api.service"]
    var other = Configuration.PrometheusServer(
      url: WebURL(scheme: .http, host: "localhost", port: 9090))
    other.signalSets = [.go]
    other.bearerTokenFile = "/t"
    return [server, other]
  }

  private static var listedProfile: ListedProfile {
    ListedProfile(label: "http://{host}:6060/debug/pprof/heap?key=1") ?? .auto
  }

  private static var listed: Configuration.ExporterDiscovery {
    var discovery = Configuration.ExporterDiscovery()
    discovery.files = ["/etc/leakwatch/targets/*.json", "/srv/more.json"]
    discovery.refreshInterval = .minutes(5)
    discovery.serviceLabel = "app"
    discovery.profile = listedProfile
    discovery.appendsAddress = false
    discovery.keep = ["env": pattern("prod|staging")]
    discovery.drop = ["__address__": pattern("10\\.9\\..*")]
    discovery.template.interval = .seconds(30)
    discovery.template.timeout = .seconds(20)
    discovery.template.headers = [HTTPHeader(name: "X-Scope-OrgID", value: Secret("team"))]
    discovery.template.bearerTokenFile = "/t"
    discovery.template.tls.caFile = "/ca"
    discovery.template.proxyURL = WebURL(scheme: .http, host: "proxy", port: 3128)
    discovery.template.maximumBodyBytes = 1 << 20
    discovery.template.sampleLimit = 8
    discovery.template.fallbackFormat = .openmetrics
    discovery.template.signals[.heapUsed] = MetricSelector(metric: "my_heap", matchers: [])
    return discovery
  }

  private static var served: Configuration.ExporterDiscovery {
    var discovery = Configuration.ExporterDiscovery()
    discovery.url = WebURL(scheme: .https, host: "sd.example.com", pathAndQuery: "/targets?key=1")
    discovery.template.basicAuthentication = .init(username: "joe", passwordFile: "/p")
    discovery.server.headers = [HTTPHeader(name: "X-Team", value: Secret("a"))]
    discovery.server.basicAuthentication = .init(username: "sd", passwordFile: "/sd")
    discovery.server.tls.caFile = "/sd-ca"
    discovery.server.proxyURL = WebURL(scheme: .http, host: "proxy", port: 3128)
    return discovery
  }

  private static var local: Configuration.ExporterDiscovery {
    var discovery = Configuration.ExporterDiscovery()
    discovery.url = WebURL(scheme: .http, host: "127.0.0.1", port: 8080, pathAndQuery: "/targets")
    discovery.server.bearerTokenFile = "/sd-token"
    return discovery
  }

  private static func pattern(_ text: String) -> LabelPattern {
    guard let pattern = try? LabelPattern(text) else { preconditionFailure(text) }
    return pattern
  }

  private static var restartPolicies: [Configuration.RestartPolicy] {
    var weekly = Configuration.RestartPolicy(name: "weekly")
    weekly.services = [ServicePattern("api-*"), ServicePattern("db")]
    weekly.labels = ["env": pattern("prod|staging")]
    weekly.maxUptime = .days(7)
    weekly.reasons = [.leak, .oomImminent]
    weekly.isDryRun = false
    weekly.sink = "pager"
    weekly.window = DayWindow(startMinute: 23 * 60 + 30, endMinute: 240)
    weekly.timeZone = "Europe/Berlin"
    weekly.hostSlots = 4
    weekly.maxShare = 0.1
    weekly.settleFor = .minutes(3)
    weekly.healthURL = "http://127.0.0.1:{instance}/healthz"
    weekly.healthyWithin = .minutes(20)
    weekly.pause = .minutes(1)
    weekly.deployQuiet = .minutes(30)
    var quiet = Configuration.RestartPolicy(name: "quiet")
    quiet.services = [ServicePattern("*")]
    quiet.maxUptime = .days(14)
    return [weekly, quiet]
  }

  private static var rules: Configuration.Rules {
    var rules = Configuration.Rules()
    rules.evaluationInterval = .seconds(30)
    rules.memoryGrowth = memoryGrowth
    rules.gcPause.isEnabled = false
    rules.gcPause.window = .hours(2)
    rules.gcPause.threshold = 1
    rules.gcPause.holdDuration = .zero
    rules.gcPause.keepFiringFor = .minutes(1)
    rules.gcPause.severity = .page
    rules.oomKill.isEnabled = false
    rules.oomKill.keepFiringFor = .hours(2)
    rules.oomKill.severity = .warning
    rules.growthRule.isEnabled = true
    rules.growthRule.window = .hours(12)
    rules.growthRule.threshold = ByteRate(bytesPerSecond: 500_000_000 / 86_400)
    rules.growthRule.holdDuration = .hours(2)
    rules.growthRule.keepFiringFor = .hours(1)
    rules.growthRule.severity = .warning
    rules.oomImminent.isEnabled = false
    rules.oomImminent.within = .hours(2)
    rules.oomImminent.holdDuration = .minutes(1)
    rules.oomImminent.keepFiringFor = .minutes(5)
    rules.oomImminent.severity = .ticket
    rules.maxUptime.maxUptime = .days(30)
    rules.maxUptime.severity = .page
    rules.maxUptime.services = [ServicePattern("api-*"), ServicePattern("db")]
    rules.sinkFailing.holdDuration = .minutes(10)
    rules.sinkFailing.severity = .page
    rules.targetDown.holdDuration = .hours(1)
    rules.targetDown.severity = .warning
    rules.configRejected.severity = .warning
    rules.stateDegraded.isEnabled = false
    rules.stateDegraded.holdDuration = .minutes(2)
    rules.stateDegraded.severity = .page
    return rules
  }

  private static var memoryGrowth: Configuration.MemoryGrowth {
    var rule = Configuration.MemoryGrowth()
    rule.isEnabled = false
    rule.holdDuration = .hours(1)
    rule.keepFiringFor = .hours(2)
    rule.pageWithin = .hours(12)
    rule.warnWithin = .days(3)
    rule.fixWatch = .hours(12)
    rule.fixedBelow = 0.1
    rule.leakingAbove = 0.6
    rule.contrast = 0.6
    rule.leastMemoryBytes = 8 << 20
    rule.lateShare = 0.7
    rule.warmUp = .hours(6)
    rule.sixHours = .init(growth: 0.11, evidence: 2, agreement: 0.15)
    rule.sixHoursDecisive = .init(growth: 0.21, evidence: 3, agreement: 0.25)
    rule.halfDay = .init(growth: 0.31, evidence: 4, agreement: 0.35)
    rule.day = .init(growth: 0.41, evidence: 5, agreement: 0.45)
    rule.dayDecisive = .init(growth: 0.51, evidence: 6, agreement: 0.55)
    rule.halfDayUnslowed = .init(growth: 0.36, evidence: 4.5, agreement: 0.38)
    rule.dayUnslowed = .init(growth: 0.56, evidence: 6.5, agreement: 0.58)
    rule.twoDays = .init(growth: 0.61, evidence: 7, agreement: 0.65)
    rule.fourDays = .init(growth: 0.71, evidence: 8, agreement: 0.75)
    rule.twoWeeks = .init(growth: 0.81, evidence: 9, agreement: 0.85)
    return rule
  }

  private static var pager: Configuration.Sink {
    let url = WebURL(scheme: .https, host: "hooks.example.com", pathAndQuery: "/T0/secret")
    var sink = Configuration.Sink(name: "pager", address: .url(url))
    sink.secretFiles = ["/a", "/b"]
    sink.timeout = .seconds(30)
    sink.sendsResolved = false
    sink.minimumSeverity = .page
    sink.headers = [HTTPHeader(name: "X-Team", value: Secret("payments"))]
    sink.tls.caFile = "/ca"
    sink.proxyURL = WebURL(scheme: .http, host: "127.0.0.1", port: 3128)
    sink.maximumAge = .days(2)
    return sink
  }

  private static var duty: Configuration.Sink {
    var sink = Configuration.Sink(name: "duty", address: .file(""))
    sink.type = .pagerduty
    sink.routingKeyFile = "/key"
    return sink
  }

  private static var chat: Configuration.Sink {
    var sink = Configuration.Sink(name: "chat", address: .file("/chat"))
    sink.type = .slack
    sink.severities = [.ticket, .warning]
    sink.services = [ServicePattern("api-*"), ServicePattern("db")]
    sink.kinds = [.memoryGrowth, .oomKill]
    sink.repeatInterval = .hours(4)
    sink.groupWait = .seconds(30)
    return sink
  }

  private static var own: Configuration.Sink {
    let url = WebURL(scheme: .https, host: "ntfy.example.com", pathAndQuery: "/")
    var sink = Configuration.Sink(name: "own", address: .url(url))
    sink.type = .template
    sink.templateFile = "/own.template"
    sink.contentType = "text/plain"
    sink.method = .put
    return sink
  }

  private static var alertmanager: Configuration.Sink {
    var sink = Configuration.Sink(name: "am", address: .file(""))
    sink.type = .alertmanager
    sink.members = [
      WebURL(scheme: .https, host: "10.0.0.1", port: 9093),
      WebURL(scheme: .https, host: "am.example.com", pathAndQuery: "/prefix"),
    ]
    sink.resendInterval = .seconds(30)
    sink.labels = ["team": "payments", "area": "eu"]
    sink.generatorURL = WebURL(
      scheme: .https, host: "wiki.example.com", pathAndQuery: "/leakwatch")
    sink.basicAuthentication = .init(username: "leakwatch", passwordFile: "/am")
    return sink
  }
}
