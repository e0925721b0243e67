/// A URL that may stand in a log: no user information, no query values, no fragment.
///
/// `http://user:pass@host:9100/metrics?token=s3cret&name=x` becomes
/// `http://host:9100/metrics?token=…&name=…`.
package struct RedactedURL: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package var description: String { text }

  /// With `hidingPath` only scheme and host remain, for addresses whose path is the secret.
  package init(_ url: String, hidingPath: Bool = false) {
    guard let mark = url.firstRange(of: "://") else {
      text = "(not an absolute URL)"
      return
    }
    let rest = url[mark.upperBound...]
    let authorityEnd = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let authority = rest[..<authorityEnd]
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    let origin = "\(url[..<mark.lowerBound])://\(host ?? authority)"
    let target = rest[authorityEnd...]
    if hidingPath {
      text = target.isEmpty || target == "/" ? origin : origin + "/…"
    } else {
      text = origin + Self.withoutValues(target)
    }
  }

  private static func withoutValues(_ target: Substring) -> String {
    let target = target.prefix { $0 != "#" }
    guard let question = target.firstIndex(of: "?") else { return String(target) }
    let query = target[target.index(after: question)...]
    let shown = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      guard let equals = pair.firstIndex(of: "=") else { return pair.isEmpty ? "" : "…" }
      return pair[..<equals] + "=…"
    }
    return target[...question] + shown.joined(separator: "&")
  }
}
