internal import TimeSeries

/// What runtimes tell of themselves: the same sources that `SignalCatalogue` reads from exporters.
extension SignalSet {
  private struct Metrics {
    var names: Set<String>
    /// Labels that its sources may look at: libraries share names, but not labels.
    var labels: Set<String> = []
  }

  func runtimeQueries(_ writer: PromQLWriter) -> [SignalQuery] {
    guard let metrics = Self.metrics[self] else { return [] }
    let names = metrics.names.union(Self.requests)
    let sources = SignalCatalogue.sources.filter { source in
      source.terms.allSatisfy { term in
        names.contains(term.selector.metric)
          && term.selector.matchers.allSatisfy { metrics.labels.contains($0.label) }
      }
    }
    return sources.map { source in
      SignalQuery(
        source.signal, writer.expression(source), isPerSeries: source.combination == .perSeries,
        origin: rawValue)
    }
  }

  private static let requests: Set<String> = [
    "http_server_requests_seconds_count", "http_server_request_duration_seconds_count",
    "http_requests_received_total", "http_requests_total", "http_request_duration_seconds_count",
    "grpc_server_handled_total",
  ]

  private static let process: Set<String> = [
    "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds",
    "process_cpu_seconds_total",
  ]

  private static let metrics: [SignalSet: Metrics] = [
    .micrometer: Metrics(
      names: [
        "jvm_gc_pause_seconds_sum", "jvm_gc_pause_seconds_count", "jvm_gc_live_data_size_bytes",
        "jvm_memory_usage_after_gc", "jvm_memory_used_bytes", "jvm_memory_committed_bytes",
        "jvm_memory_max_bytes", "jvm_buffer_memory_used_bytes", "jvm_threads_live_threads",
        "process_files_open_files", "process_start_time_seconds",
      ], labels: ["gc", "area", "id"]),
    .clientJava: Metrics(
      names: process.union([
        "jvm_gc_collection_seconds_sum", "jvm_gc_collection_seconds_count",
        "jvm_memory_pool_collection_used_bytes", "jvm_memory_used_bytes", "jvm_memory_bytes_used",
        "jvm_memory_committed_bytes", "jvm_memory_bytes_committed", "jvm_memory_max_bytes",
        "jvm_memory_bytes_max", "jvm_buffer_pool_used_bytes", "jvm_threads_current",
      ]), labels: ["gc", "area", "pool"]),
    .jvmOpenTelemetry: Metrics(
      names: [
        "jvm_gc_duration_seconds_sum", "jvm_gc_duration_seconds_count",
        "jvm_memory_used_after_last_gc_bytes", "jvm_memory_used_bytes",
        "jvm_memory_committed_bytes", "jvm_memory_limit_bytes", "jvm_buffer_memory_used_bytes",
        "jvm_thread_count", "jvm_file_descriptor_count", "process_memory_usage_bytes",
        "process_start_time_seconds",
      ],
      labels: [
        "jvm_gc_name", "jvm_memory_pool_name", "jvm_memory_type", "jvm_buffer_pool_name",
      ]),
    .go: Metrics(
      names: process.union([
        "go_gc_duration_seconds_sum", "go_gc_duration_seconds_count",
        "go_cpu_classes_gc_total_cpu_seconds_total", "go_cpu_classes_total_cpu_seconds_total",
        "go_gc_heap_live_bytes", "go_memstats_heap_alloc_bytes", "go_memstats_sys_bytes",
        "go_memstats_heap_released_bytes", "go_gc_gomemlimit_bytes", "go_goroutines", "go_threads",
      ])),
    .node: Metrics(
      names: process.union([
        "nodejs_gc_duration_seconds_sum", "nodejs_gc_duration_seconds_count",
        "nodejs_heap_size_used_bytes", "nodejs_heap_size_total_bytes",
        "nodejs_external_memory_bytes",
      ])),
    .python: Metrics(
      names: process.union([
        "python_gc_collections_total", "python_gc_objects_uncollectable_total",
      ])),
    .dotNet: Metrics(
      names: process.union([
        "dotnet_gc_pause_time_seconds_total", "dotnet_gc_collections_total",
        "dotnet_collection_count_total", "dotnet_gc_last_collection_heap_size_bytes",
        "dotnet_gc_last_collection_heap_fragmentation_size_bytes", "dotnet_total_memory_bytes",
        "dotnet_gc_last_collection_memory_committed_size_bytes",
        "dotnet_process_memory_working_set_bytes", "process_working_set_bytes",
        "process_num_threads",
      ])),
  ]
}
