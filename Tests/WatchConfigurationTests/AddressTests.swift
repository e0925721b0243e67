import Testing

@testable import WatchConfiguration

/// URLs and listen addresses: what they are taken apart into, and what is refused.
struct AddressTests {
  @Test(arguments: [
    (
      "http://127.0.0.1:8080/metrics",
      WebURL(scheme: .http, host: "127.0.0.1", port: 8080, pathAndQuery: "/metrics")
    ),
    ("https://example.com", WebURL(scheme: .https, host: "example.com")),
    ("HTTP://Example.com/", WebURL(scheme: .http, host: "Example.com", pathAndQuery: "/")),
    (
      "http://[::1]:1/a?b=c%20d",
      WebURL(scheme: .http, host: "::1", port: 1, pathAndQuery: "/a?b=c%20d")
    ),
    ("http://a?b=c@d", WebURL(scheme: .http, host: "a", pathAndQuery: "?b=c@d")),
    ("http://my_host:65535", WebURL(scheme: .http, host: "my_host", port: 65535)),
  ])
  func url(text: String, expected: WebURL) throws {
    let url = try URLGrammar.parse(text)
    #expect(url == expected)
    #expect(try URLGrammar.parse(url.text) == expected)
  }

  @Test(arguments: [
    ("http://a/b?key=1", "http://a/b?…"), ("https://[::1]:8/", "https://[::1]:8/"),
    ("https://a", "https://a"), ("http://a?b", "http://a?…"),
  ])
  func urlShowsNoQuery(text: String, shown: String) throws {
    #expect("\(try URLGrammar.parse(text))" == shown)
  }

  @Test(arguments: [
    (
      "", "expected a URL such as \"http://127.0.0.1:8080/metrics\", found a string without \"://\""
    ),
    ("://a", "\"\" is not one of the schemes http and https"),
    ("file:///etc/passwd", "\"file\" is not one of the schemes http and https"),
    ("http://", "in the URL: the host name is missing"),
    ("http://:80", "in the URL: the host name is missing"),
    ("http://a:", "in the URL: \"\" is not a port from 1 to 65535"),
    ("http://a:0", "in the URL: \"0\" is not a port from 1 to 65535"),
    ("http://a:80:80", "in the URL: \"80:80\" is not a port from 1 to 65535"),
    ("http://a:+80", "in the URL: \"+80\" is not a port from 1 to 65535"),
    ("http://[]", "in the URL: \"\" is not an IPv6 address"),
    ("http://[::g]", "in the URL: \"::g\" is not an IPv6 address"),
    ("http://[::1]8", "in the URL: \"\" is not a port from 1 to 65535"),
    ("http://é/", "in the URL: \"é\" is not a host name"),
    ("http://a/\n", "a URL has no spaces, control or non-ASCII characters; write them as %XX"),
    ("http://a/é", "a URL has no spaces, control or non-ASCII characters; write them as %XX"),
    (
      "http://joe:pw@a/",
      "a user name or password cannot stand in a URL, where logs would show it; "
        + "use basic_auth with a password_file"
    ),
  ])
  func notAURL(text: String, message: String) {
    #expect(throws: ValueProblem(message)) { try URLGrammar.parse(text) }
  }

  @Test(arguments: [
    ("127.0.0.1:9788", ListenAddress.tcp(host: "127.0.0.1", port: 9788)),
    ("127.1.2.3:1", .tcp(host: "127.1.2.3", port: 1)), ("[::1]:80", .tcp(host: "::1", port: 80)),
    ("localhost:80", .tcp(host: "localhost", port: 80)), ("unix:/run/x", .unix(path: "/run/x")),
    ("/run/x", .unix(path: "/run/x")),
  ])
  func listen(text: String, expected: ListenAddress) throws {
    let address = try ListenGrammar.parse(text)
    #expect(address == expected)
    #expect(try ListenGrammar.parse(ListenGrammar.write(address)) == expected)
  }

  @Test(arguments: [
    ("", "expected an address such as \"127.0.0.1:9788\": the host name is missing"),
    ("localhost", "expected an address such as \"127.0.0.1:9788\": \"localhost\" has no port"),
    (":80", "expected an address such as \"127.0.0.1:9788\": the host name is missing"),
    (
      "unix:x",
      "expected the absolute path of a file or directory, found a string that does not begin with \"/\""
    ),
    ("127.0.0.1.example.com:80", aName("127.0.0.1.example.com")),
    ("127.0.0.256:80", aName("127.0.0.256")), ("web-7:80", aName("web-7")),
  ])
  func notListened(text: String, message: String) {
    #expect(throws: ValueProblem(message)) { try ListenGrammar.parse(text) }
  }

  private static func aName(_ text: String) -> String {
    "expected an address such as \"127.0.0.1:9788\": \"\(text)\" is a name"
  }

  @Test(arguments: [
    (
      "external_url = \"leakwatch.example.com\"",
      "c:3:16: error: expected a URL such as \"http://127.0.0.1:8080/metrics\", found a string without "
        + "\"://\""
    ),
    (
      "external_url = \"https://a.example.com/?host=1\"",
      "c:3:16: error: paths such as /services/api are put behind this address; remove the \"?\" and "
        + "what follows"
    ),
    (
      "runbook_url = \"https://a.example.com/#x\"",
      "c:3:15: error: a URL to fetch has no \"#\" part; remove it"
    ),
  ])
  func anAddressThatNoLinkCanBeMadeOfIsRefused(line: String, message: String) {
    let text = "[status]\nlisten = \"127.0.0.1:1\"\n\(line)\n"
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    #expect(outcome.configuration == nil)
    #expect(outcome.diagnostics.map(\.description) == [message])
  }

  @Test func linksToAPageThatNothingServesAreWarnedOf() {
    let text = "[status]\nexternal_url = \"https://a.example.com\"\n"
    let outcome = ConfigurationLoader.load(text: text, fileName: "c")
    #expect(outcome.configuration?.status.externalURL?.host == "a.example.com")
    #expect(
      outcome.diagnostics.map(\.description) == [
        "c:2:16: warning: alerts would link to a page that nothing serves; set listen, or remove "
          + "external_url"
      ])
  }

  @Test(arguments: ["0.0.0.0:9788", "[::]:9788", "10.1.2.3:9788"])
  func othersAreLetInOnlyWhereThatIsSaid(address: String) {
    let text = "[status]\nlisten = \"\(address)\"\n"
    let refused = ConfigurationLoader.load(text: text, fileName: "c")
    #expect(refused.configuration == nil)
    #expect(
      refused.diagnostics.map(\.description) == [
        "c:2:10: error: \"\(address)\" could be reached from other machines; listen on "
          + "\"127.0.0.1:9788\" or a Unix socket, or set allow_remote = true, which shows it to whoever "
          + "reaches it"
      ])
    let allowed = ConfigurationLoader.load(text: text + "allow_remote = true\n", fileName: "c")
    #expect(allowed.configuration?.status.allowsOthers == true && allowed.diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST", true), ("a.localhost", true), ("127.0.0.1", true),
    ("127.255.0.9", true), ("::1", true), ("localhost.example.com", false), ("128.0.0.1", false),
    ("127.0.0", false), ("::2", false), ("", false),
  ])
  func loopback(host: String, isLoopback: Bool) {
    #expect(HostPort.isLoopback(host) == isLoopback)
  }
}
