package import Alerting
private import LinuxSystem
private import TimeSeries

/// The `webhook-id`: a receiver that has seen it may drop the message.
///
/// A function of sink, episode, status and severity, so that a retry, a restart and even a lost
/// state directory give the same message the same name, and a rise in severity or
/// new evidence a new one.
package enum NotificationID {
  package static func make(sink: String, alert: Alert) -> String {
    var parts = [
      sink, alert.key.service.text, alert.key.kind.rawValue, alert.episode.text,
      alert.status.rawValue, alert.severity.rawValue,
    ]
    if alert.status == .firing, let evidence = alert.evidence {
      parts.append("evidence \(evidence.madeAt.milliseconds)")
    }
    // Lengths keep ("a", "bc") apart from ("ab", "c").
    let message = parts.map { "\($0.utf8.count):\($0)" }.joined()
    let hash = HMACSHA256.sign(
      key: Array("leakwatch.notification".utf8), message: Array(message.utf8))
    return "msg_" + hash.prefix(16).map(hexadecimal).joined()
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }
}
