import LinuxSystem
import Testing
import TimeSeries

@Suite struct RedactedURLTests {
  @Test(arguments: [
    ("http://host:9100/metrics", "http://host:9100/metrics", "http://host:9100/…"),
    ("http://user:pa%40ss@host/metrics", "http://host/metrics", "http://host/…"),
    ("http://a@b@host/", "http://host/", "http://host"),
    ("https://[::1]:8443/m?token=s3cret&name=x", "https://[::1]:8443/m?token=…&name=…", nil),
    ("http://host/m?s3cret", "http://host/m?…", nil),
    ("http://host?k=v#s3cret", "http://host?k=…", "http://host/…"),
    ("http://host/m#s3cret", "http://host/m", nil),
    ("http://host", "http://host", "http://host"),
    ("s3cret", "(not an absolute URL)", "(not an absolute URL)"),
  ])
  func showsNoSecret(url: String, shown: String, hostOnly: String?) {
    #expect(RedactedURL(url).text == shown)
    #expect(RedactedURL(url, hidingPath: true).text == hostOnly ?? shownOrigin(shown))
  }

  private func shownOrigin(_ shown: String) -> String {
    shown.split(separator: "/").prefix(2).joined(separator: "//") + "/…"
  }

  @Test func credentialsDescribeThemselvesWithoutTheirSecret() {
    let secrets = [HTTPAuthentication.basic(user: "u53r", password: "s3cret"), .bearer("s3cret")]
    for secret in secrets {
      var shown = "\(secret) \(String(reflecting: secret))"
      dump(secret, to: &shown)
      #expect(!shown.contains("s3cret") && !shown.contains("u53r"))
    }
  }

  @Test func headersCompareWithoutCase() {
    let headers = HTTPHeaders([HTTPHeader("content-type", "text/plain"), HTTPHeader("X", "1")])
    #expect(headers.contentType == "text/plain")
    #expect(headers["x"] == "1")
    #expect(headers["y"] == nil)
  }

  @Test(arguments: [
    ("120", 120.0 as Double?), ("0", 0), ("-1", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil),
  ])
  func retryAfterIsInSeconds(text: String, seconds: Double?) {
    #expect(HTTPHeaders([HTTPHeader("retry-after", text)]).retryAfter?.seconds == seconds)
  }
}
