internal import Formats
package import TimeSeries

/// One question to the query API.
package enum PrometheusRequest: Hashable, Sendable {
  case instant(String, at: Timestamp)
  /// Values at `start`, `start + step`, … up to `end`.
  case range(String, start: Timestamp, end: Timestamp, step: TimeSpan)
  /// The label sets that match any of the selectors.
  case series([String], start: Timestamp, end: Timestamp)
  case labelValues(String, matching: [String], start: Timestamp, end: Timestamp)

  var shape: PrometheusShape {
    switch self {
    case .instant: .instant
    case .range: .range
    case .series: .labelSets
    case .labelValues: .values
    }
  }

  /// `label/…/values` is the one that servers do not take as a form.
  var isForm: Bool {
    guard case .labelValues = self else { return true }
    return false
  }

  /// Below the endpoint's address.
  var path: String {
    switch self {
    case .instant: "/api/v1/query"
    case .range: "/api/v1/query_range"
    case .series: "/api/v1/series"
    case .labelValues(let label, _, _, _): "/api/v1/label/\(Self.escaped(label))/values"
    }
  }

  /// `application/x-www-form-urlencoded`, for a body or behind a "?".
  func form(timeout: TimeSpan) -> String {
    var fields: [(String, String)] = []
    switch self {
    case .instant(let query, let moment):
      fields = [("query", query), ("time", Self.seconds(moment.milliseconds))]
    case .range(let query, let start, let end, let step):
      fields = [
        ("query", query), ("start", Self.seconds(start.milliseconds)),
        ("end", Self.seconds(end.milliseconds)), ("step", Self.seconds(step.milliseconds)),
      ]
    case .series(let selectors, let start, let end),
      .labelValues(_, let selectors, let start, let end):
      fields = selectors.map { ("match[]", $0) }
      fields.append(("start", Self.seconds(start.milliseconds)))
      fields.append(("end", Self.seconds(end.milliseconds)))
    }
    // A server that knows when nobody waits any more stops computing.
    fields.append(("timeout", "\(max(1, timeout.milliseconds))ms"))
    return fields.map { "\(Self.escaped($0))=\(Self.escaped($1))" }.joined(separator: "&")
  }

  /// "1767315419.781": exact, where a double might not be.
  private static func seconds(_ milliseconds: Int64) -> String {
    let (whole, rest) = (milliseconds.magnitude / 1000, milliseconds.magnitude % 1000)
    let sign = milliseconds < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    let digits = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// Percent-encoded but for what RFC 3986 calls unreserved.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return escaped
  }
}
