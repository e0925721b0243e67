internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension PrometheusEndpoint {
  init(_ server: Configuration.PrometheusServer) {
    self.init(url: server.url.text)
    headers = server.headers.map { LinuxSystem.HTTPHeader($0.name, $0.value.revealed) }
    credentials = ExporterCredentials(server)
    tls = TLSOptions(server.tls)
    proxyURL = server.proxyURL?.text
    timeout = server.timeout
    maximumBodyBytes = server.maximumBodyBytes
    concurrency = server.concurrency
  }
}

extension ExporterCredentials {
  /// nil where none are given.
  init?(_ access: some HTTPAccess) {
    if let file = access.bearerTokenFile {
      self = .bearer(tokenFile: file)
    } else if let basic = access.basicAuthentication {
      self = .basic(user: basic.username, passwordFile: basic.passwordFile)
    } else {
      return nil
    }
  }
}

extension SignalQueryPlan.Wishes {
  init(_ server: Configuration.PrometheusServer) {
    self.init()
    memory = server.memory
    signals = server.signals
    sets = server.signalSets.map(SignalSet.init)
    matchers = server.matchers ?? ""
    serviceLabel = server.serviceLabel
  }
}

extension SignalSet {
  init(_ name: Configuration.SignalSetName) {
    self =
      switch name {
      case .kubernetes: .kubernetes
      case .cadvisor: .cadvisor
      case .systemd: .systemd
      case .processExporter: .processExporter
      case .micrometer: .micrometer
      case .clientJava: .clientJava
      case .jvmOpenTelemetry: .jvmOpenTelemetry
      case .go: .go
      case .node: .node
      case .python: .python
      case .dotnet: .dotNet
      }
  }
}
