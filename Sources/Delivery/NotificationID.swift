package import Alerting
private import LinuxSystem
package import TimeSeries

/// The `webhook-id`: a receiver that has seen it may drop the message.
///
/// A function of sink, episode, status and severity, so that a retry, a restart and even a lost
/// state directory give the same message the same name, and a rise in severity or
/// new evidence a new one.
package enum NotificationID {
  ///
  /// - Parameter since: for a repeat, when the receiver was told last: each repeat has its own name.
  package static func make(sink: String, alert: Alert, again since: Timestamp? = nil) -> String {
    var parts = [
      sink, alert.key.service.text, alert.key.kind.rawValue, alert.episode.text,
      alert.status.rawValue, alert.severity.rawValue,
    ]
    if alert.status == .firing, let evidence = alert.evidence {
      parts.append("evidence \(evidence.madeAt.milliseconds)")
    }
    if let since { parts.append(String(since.milliseconds)) }
    return make(parts)
  }

  /// Of a message that carries several: the same for the same ones, whatever their order.
  package static func make(group ids: [String]) -> String { make(["group"] + ids.sorted()) }

  private static let authentication = HMACSHA256(key: Array("leakwatch.notification".utf8))

  private static func make(_ parts: [String]) -> String {
    var message: [UInt8] = []
    message.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 4 })
    for part in parts {
      // Lengths keep ("a", "bc") apart from ("ab", "c").
      message.append(text: String(part.utf8.count))
      message.append(UInt8(ascii: ":"))
      message.append(text: part)
    }
    let hash = authentication.sign(message)
    message.removeAll(keepingCapacity: true)
    message.append(text: "msg_")
    for byte in hash[..<16] {
      message.append(hexadecimal(byte >> 4))
      message.append(hexadecimal(byte & 15))
    }
    return String(decoding: message, as: UTF8.self)
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
