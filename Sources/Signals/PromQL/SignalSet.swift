/// Ready-made queries for what one kind of exporter tells. The raw value is the name in the
/// configuration.
package enum SignalSet: String, CaseIterable, Hashable, Sendable {
  /// cAdvisor inside the kubelet: containers of pods.
  case kubernetes
  /// cAdvisor by itself: Docker's containers.
  case cadvisor
  /// cAdvisor by itself: systemd's units, with the starts that node_exporter's systemd collector
  /// knows.
  case systemd
  case processExporter = "process_exporter"
  case micrometer
  case clientJava = "client_java"
  case jvmOpenTelemetry = "jvm_opentelemetry"
  case go
  case node
  case python
  case dotNet = "dotnet"

  func queries(_ writer: PromQLWriter) -> [SignalQuery] {
    switch self {
    case .kubernetes: Self.kubernetesQueries(writer)
    case .cadvisor: Self.containerQueries(writer)
    case .systemd: Self.systemdQueries(writer)
    case .processExporter: Self.processQueries(writer)
    case .micrometer, .clientJava, .jvmOpenTelemetry, .go, .node, .python, .dotNet:
      runtimeQueries(writer)
    }
  }
}
