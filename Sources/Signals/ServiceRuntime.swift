/// What a service runs on, as far as its metrics tell.
package enum ServiceRuntime: String, CaseIterable, Hashable, Sendable {
  case jvmMicrometer = "jvm (Micrometer)"
  case jvmClientJava = "jvm (client_java)"
  case jvmOpenTelemetry = "jvm (OpenTelemetry)"
  case go
  case node
  case python
  case dotNet = ".net"
  /// Only what any process can say of itself.
  case native
}

/// Recognises the runtime by the names of the metrics that a target serves.
package enum RuntimeRecogniser {
  /// Names that only one client library uses. The first runtime with any of its names is it: a
  /// service that embeds another runtime's library is what it mostly is.
  private static let markers: [(runtime: ServiceRuntime, names: [String])] = [
    (
      .jvmMicrometer,
      [
        "jvm_gc_pause_seconds_count", "jvm_gc_live_data_size_bytes", "jvm_gc_max_data_size_bytes",
        "jvm_gc_memory_promoted_bytes_total", "jvm_threads_live_threads",
      ]
    ),
    (
      .jvmOpenTelemetry,
      ["jvm_gc_duration_seconds_count", "jvm_memory_used_after_last_gc_bytes", "jvm_thread_count"]
    ),
    (
      .jvmClientJava,
      [
        "jvm_gc_collection_seconds_count", "jvm_memory_pool_collection_used_bytes",
        "jvm_memory_bytes_used", "jvm_threads_current", "jvm_runtime_info", "jvm_info",
      ]
    ),
    (.node, ["nodejs_version_info", "nodejs_heap_size_used_bytes"]),
    (.dotNet, ["dotnet_collection_count_total", "dotnet_gc_collections_total"]),
    (.python, ["python_info", "python_gc_collections_total"]),
    (.go, ["go_info", "go_goroutines"]),
    (.native, ["process_resident_memory_bytes", "jemalloc_allocated", "jemalloc_allocated_bytes"]),
  ]

  /// nil where no name tells.
  package static func recognise(_ names: some Sequence<String>) -> ServiceRuntime? {
    let selectors = markers.map { marker in
      (marker.runtime, marker.names.map { SeriesSelector($0) })
    }
    let names = Set(names)
    return selectors.first { _, selectors in
      selectors.contains { selector in names.contains { selector.fit(name: $0) != nil } }
    }?.0
  }

  static var filterPatterns: [String] {
    markers.flatMap(\.names).flatMap { SeriesSelector($0).filterPatterns }
  }
}
