private import Alerting
private import LinuxSystem
package import TimeSeries

/// The signature of Standard Webhooks 1.0: HMAC-SHA256 over "id.timestamp.body".
package enum WebhookSignature {
  /// The key in a secret: what the base64 after `whsec_` stands for, else the bytes as they are.
  package static func key(
    from secret: [UInt8], source: SecretSource
  ) throws(SecretFailure) -> [UInt8] {
    let prefix = Array("whsec_".utf8)
    guard secret.starts(with: prefix) else { return secret }
    let text = String(decoding: secret.dropFirst(prefix.count), as: UTF8.self)
    guard let key = Base64.decode(text), (24...64).contains(key.count) else {
      throw .notWebhookSecret(source: source.description)
    }
    return key
  }

  /// The value of `webhook-signature`: one "v1,<base64>" for each key, so that a receiver that
  /// knows the old or the new secret accepts it while secrets are changed.
  package static func header(
    id: String, timestamp: Timestamp, body: [UInt8], keys: [[UInt8]]
  ) -> String {
    let message = Array("\(id).\(seconds(timestamp)).".utf8) + body
    return keys.map { "v1," + Base64.encode(HMACSHA256(key: $0).sign(message)) }
      .joined(separator: " ")
  }

  /// The value of `webhook-timestamp`: whole seconds since the Unix epoch.
  package static func seconds(_ timestamp: Timestamp) -> String {
    String(timestamp.milliseconds / 1000)
  }
}
