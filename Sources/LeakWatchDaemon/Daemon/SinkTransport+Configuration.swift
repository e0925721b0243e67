internal import Delivery
internal import LinuxSystem
internal import WatchConfiguration

extension SinkTransport {
  func adopt(_ configuration: Configuration) {
    manners = Dictionary(configuration.sinks.map { ($0.name, Manner($0)) }) { first, _ in first }
  }
}

extension SinkTransport.Manner {
  fileprivate init(_ sink: Configuration.Sink) {
    self.init(
      tls: TLSOptions(sink.tls), proxyURL: sink.proxyURL?.text,
      explainsItself: [.alertmanager, .pagerduty].contains(sink.type))
  }
}

extension TLSOptions {
  init(_ tls: Configuration.TLS) {
    self.init()
    authorityFile = tls.caFile
    certificateFile = tls.certificateFile
    keyFile = tls.keyFile
    serverName = tls.serverName
    skipsVerification = tls.skipsVerification
  }
}
