import Foundation
import LinuxSystem
import Scrapers
import Signals
import TestSupport
import Testing
import TimeSeries

/// Targets behind TLS, passwords and tokens.
@Suite struct SecuredTargetTests {
  private func failure(
    of server: TestService, _ change: (inout ExporterTarget) -> Void = { _ in }
  ) throws -> String? {
    try report(of: server, change).result?.failure
  }

  private func report(
    of server: TestService, scheme: String = "https", _ change: (inout ExporterTarget) -> Void
  ) throws -> ExporterReport {
    var target = ExporterTarget(server.url("/metrics", scheme: scheme))
    change(&target)
    let report = try ScraperHarness().scrape(target)
    if report.result?.isUp == true { #expect(report.values[.goroutines] == 7) }
    return report
  }

  /// The headers that a service was sent, as it tells them in JSON.
  private func headers(told url: String, _ tls: TLSOptions = TLSOptions()) throws -> [String:
    String]
  {
    let body = try fetch(url, tls)
    return try JSONDecoder().decode([String: String].self, from: Data(body))
  }

  @Test func trustsTheAuthorityItIsGiven() throws {
    let authority = try CertificateAuthority()
    let issued = try authority.issue("local", for: ["IP:127.0.0.1"])
    let server = try TestService.python(
      "secured.py", ["--cert", issued.certificate, "--key", issued.key])
    #expect(try failure(of: server) { $0.tls.authorityFile = authority.certificate } == nil)
    #expect(try failure(of: server) { $0.tls.skipsVerification = true } == nil)

    let untrusted = try failure(of: server) ?? ""
    #expect(untrusted.hasPrefix("TLS failed: SSL certificate problem: "), "\(untrusted)")
    let missing = try failure(of: server) { $0.tls.authorityFile = "/nonexistent/ca.pem" } ?? ""
    #expect(missing.hasPrefix("TLS failed: "), "\(missing)")
    #expect(missing.contains("/nonexistent/ca.pem"), "\(missing)")
  }

  @Test func asksForTheServerNameItIsGiven() throws {
    let authority = try CertificateAuthority()
    let issued = try authority.issue("named", for: ["DNS:metrics.internal"])
    let server = try TestService.python(
      "secured.py", ["--cert", issued.certificate, "--key", issued.key])
    let unnamed = try failure(of: server) { $0.tls.authorityFile = authority.certificate } ?? ""
    #expect(unnamed.hasPrefix("TLS failed: SSL: no alternative certificate subject name"))
    let named = { (target: inout ExporterTarget) in
      target.tls.authorityFile = authority.certificate
      target.tls.serverName = "metrics.internal"
    }
    #expect(try failure(of: server, named) == nil)
    // The request itself still goes to the host of the URL.
    var tls = TLSOptions()
    tls.authorityFile = authority.certificate
    tls.serverName = "metrics.internal"
    let headers = try headers(told: server.url("/headers", scheme: "https"), tls)
    #expect(headers["host"] == "127.0.0.1:\(server.port)")
  }

  @Test func showsItsOwnCertificate() throws {
    let authority = try CertificateAuthority()
    let issued = try authority.issue("local", for: ["IP:127.0.0.1"])
    let own = try authority.issue("scraper", for: ["DNS:scraper"])
    let server = try TestService.python(
      "secured.py",
      [
        "--cert", issued.certificate, "--key", issued.key, "--client-ca", authority.certificate,
      ])
    let anonymous = try failure(of: server) { $0.tls.authorityFile = authority.certificate } ?? ""
    #expect(!anonymous.isEmpty)
    let known = { (target: inout ExporterTarget) in
      target.tls.authorityFile = authority.certificate
      target.tls.certificateFile = own.certificate
      target.tls.keyFile = own.key
    }
    #expect(try failure(of: server, known) == nil)
  }

  @Test func readsTokensAtEachScrape() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("token").path
    let server = try TestService.python("secured.py", ["--token", "new-token"])
    var target = ExporterTarget(server.url("/metrics"))
    target.credentials = .bearer(tokenFile: file)
    let harness = try ScraperHarness()

    let missing = try harness.scrape(target).result?.failure
    #expect(missing == "cannot read the credentials: open \(file): No such file or directory")
    try "old-token\n".write(toFile: file, atomically: true, encoding: .utf8)
    let old = try harness.nextResult()
    #expect(old.failure == "the target answered 401; check the credentials of this target")
    try "new-token\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try harness.nextResult().isUp)
    try "\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try harness.nextResult().failure == "the credentials file \(file) is empty")
    try "a\nb\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(
      try harness.nextResult().failure == "the credentials in \(file) are not one line of text")
  }

  @Test func sendsPasswords() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("password").path
    try "p:ä ss".write(toFile: file, atomically: true, encoding: .utf8)
    let server = try TestService.python(
      "secured.py", ["--user", "scraper", "--password", "p:ä ss"])
    let known = try report(of: server, scheme: "http") {
      $0.credentials = .basic(user: "scraper", passwordFile: file)
    }
    #expect(known.result?.isUp == true, "\(known.result?.failure ?? "")")
    let unknown = try report(of: server, scheme: "http") {
      $0.credentials = .basic(user: "someone", passwordFile: file)
    }
    #expect(unknown.result?.isUp == false)
  }

  @Test func asksAsPrometheusDoes() throws {
    let server = try TestService.python("misbehaving.py")
    var target = ExporterTarget(server.url("/asked"), timeout: 2.5)
    target.interval = .seconds(3)
    target.headers = [HTTPHeader("X-Scope-OrgID", "7"), HTTPHeader("user-agent", "mine")]
    _ = try ScraperHarness().scrape(target)
    let headers = try headers(told: server.url("/asked-before"))
    #expect(
      headers["accept"]
        == "application/openmetrics-text;version=1.0.0;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
    #expect(headers["accept-encoding"] == "gzip")
    #expect(headers["x-prometheus-scrape-timeout-seconds"] == "2.5")
    #expect(headers["x-scope-orgid"] == "7")
    #expect(headers["user-agent"] == "mine")
  }
}
