internal import Alerting
internal import LinuxSystem

/// Replies with the headers that belong to them. Nothing is kept by anyone: it is old in a minute,
/// and tells of this host.
extension HTTPServerReply {
  private static let always = [
    HTTPHeader("Cache-Control", "no-store"), HTTPHeader("X-Content-Type-Options", "nosniff"),
    HTTPHeader("Referrer-Policy", "no-referrer"),
    HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"),
  ]
  private static let nothingAllowed = "default-src 'none'; frame-ancestors 'none'"

  static func page(_ text: String, status: Int = 200) -> HTTPServerReply {
    reply(status, "text/html; charset=utf-8", text, policy: PageStyle.policy)
  }

  static func plain(
    _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
  ) -> HTTPServerReply {
    reply(status, type, text, policy: nothingAllowed)
  }

  static func json(_ value: JSONValue, status: Int = 200) -> HTTPServerReply {
    reply(status, "application/json", value.text + "\n", policy: nothingAllowed)
  }

  private static func reply(
    _ status: Int, _ type: String, _ text: String, policy: String
  ) -> HTTPServerReply {
    HTTPServerReply(
      status: status,
      headers: [
        HTTPHeader("Content-Type", type), HTTPHeader("Content-Security-Policy", policy),
      ] + always,
      body: Array(text.utf8))
  }
}
