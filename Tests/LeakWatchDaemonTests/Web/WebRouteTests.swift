import Testing

@testable import LeakWatchDaemon
@testable import WatchConfiguration

/// What a path names, and who may ask.
@Suite struct WebRouteTests {
  @Test(arguments: [
    ("/", WebRoute.index), ("/metrics", .metrics), ("/healthz", .alive), ("/readyz", .ready),
    ("/services/api", .service("api")), ("/services/a%2Fb%20%C3%BC", .service("a/b ü")),
    ("/api/v1/services", .services), ("/api/v1/services/a%252F", .serviceData("a%2F")),
    ("/api/v1/openapi.json", .description),
  ])
  func everyPathNamesItsSubject(path: String, route: WebRoute) {
    #expect(WebRoute(path: path) == route)
  }

  @Test(arguments: [
    "", "*", "/services", "/services/", "/services/a/b", "/services/%", "/services/%4",
    "/services/%zz", "/services/%FF", "/metrics/", "/api/v1/services/", "//", "/../etc/passwd",
    "http://127.0.0.1/metrics",
  ])
  func whatIsNoAddressNamesNothing(path: String) {
    #expect(WebRoute(path: path) == nil)
  }

  @Test(arguments: ["api", "a/b", "a b", "100%", "ü 日本", "..", "a?b#c", "\u{1F4A7}"])
  func aNameIsOneSegmentAndComesBack(name: String) {
    let segment = PercentText.encode(name)
    #expect(!segment.contains("/") && segment.utf8.allSatisfy { $0 < 0x80 })
    #expect(PercentText.decode(segment) == name)
  }

  private static func rule(_ listen: ListenAddress?, _ hosts: [String] = []) -> HostRule {
    var page = Configuration.StatusPage()
    page.listen = listen
    page.hosts = hosts
    return HostRule(page)
  }

  @Test(arguments: [
    "localhost", "LocalHost:9788", "127.0.0.1:9788", "127.9.9.9", "[::1]:1", "[::1]",
    "app.localhost", "leakwatch.example.com", "LEAKWATCH.example.com:443",
  ])
  func namesOfThisHostMayAsk(header: String) {
    let rule = Self.rule(.tcp(host: "127.0.0.1", port: 9788), ["leakwatch.example.com"])
    #expect(rule.allows(header))
  }

  @Test func withOthersAllowedAnyAddressMayAskButNoName() {
    var page = Configuration.StatusPage()
    page.listen = .tcp(host: "0.0.0.0", port: 9788)
    page.allowsOthers = true
    let rule = HostRule(page)
    #expect(rule.allows("10.1.2.3:9788") && rule.allows("[fe80::1]:9788"))
    #expect(!rule.allows("evil.example.com") && !rule.allows("10.1.2.3.example.com"))
  }

  @Test(arguments: [
    "", "evil.example.com", "localhost.evil.example.com", "127.0.0.1.evil.example.com",
    "leakwatch.example.com.evil.example", "10.0.0.1", "[fe80::1]", "localhost:x", "a b",
    "localhost@evil.example.com", "127.0.0.1, evil",
  ])
  func strangersMayNot(header: String) {
    let rule = Self.rule(.tcp(host: "127.0.0.1", port: 9788), ["leakwatch.example.com"])
    #expect(!rule.allows(header))
  }
}
