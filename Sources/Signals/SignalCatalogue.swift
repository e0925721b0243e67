internal import TimeSeries

/// How the usual exporters tell our signals, as data.
///
/// Of several sources of one signal the first that a target has is taken. Sources by runtime:
/// Micrometer's JvmGcMetrics, JvmMemoryMetrics and ProcessorMetrics; Prometheus client_java (and
/// jmx_exporter, which embeds it) of 0.x and 1.x; OpenTelemetry's semantic conventions for JVM
/// metrics as the Prometheus exporter spells them; client_golang's Go collector; Node's prom-client;
/// Python's prometheus_client; prometheus-net and OpenTelemetry for .NET; jemalloc's statistics;
/// and the process collector that all Prometheus clients share.
enum SignalCatalogue {
  static let sources: [SignalSource] =
    garbageCollection + liveHeap + heap + outsideTheHeap + process + requests

  /// Collectors of concurrent work, whose time is not a pause.
  private static let concurrent = SeriesSelector.Condition.doesNotEndWith(["Cycles"])

  /// Pools that hold what survived: in the others, what is left after a collection is chance.
  private static let longLived = SeriesSelector.Condition.endsWith([
    "Old Gen", "Tenured Gen", "Old Generation", "ZHeap", "Shenandoah", "balanced-old",
  ])

  private static let garbageCollection: [SignalSource] = [
    SignalSource(
      .gcPauseSecondsTotal, .perSeries, "jvm_gc_pause_seconds_sum", .init("gc", concurrent)),
    SignalSource(
      .gcPauseSecondsTotal, .perSeries, "jvm_gc_duration_seconds_sum",
      .init("jvm_gc_name", concurrent)),
    SignalSource(
      .gcPauseSecondsTotal, .perSeries, "jvm_gc_collection_seconds_sum", .init("gc", concurrent)),
    SignalSource(.gcPauseSecondsTotal, .perSeries, "nodejs_gc_duration_seconds_sum"),
    SignalSource(.gcPauseSecondsTotal, .perSeries, "dotnet_gc_pause_time_seconds_total"),
    SignalSource(.gcPauseSecondsTotal, .perSeries, "go_gc_duration_seconds_sum"),

    SignalSource(.gcCountTotal, .sum, "jvm_gc_pause_seconds_count", .init("gc", concurrent)),
    SignalSource(
      .gcCountTotal, .sum, "jvm_gc_duration_seconds_count", .init("jvm_gc_name", concurrent)),
    SignalSource(.gcCountTotal, .sum, "jvm_gc_collection_seconds_count", .init("gc", concurrent)),
    SignalSource(.gcCountTotal, .sum, "nodejs_gc_duration_seconds_count"),
    SignalSource(.gcCountTotal, .sum, "dotnet_gc_collections_total"),
    SignalSource(.gcCountTotal, .sum, "dotnet_collection_count_total"),
    SignalSource(.gcCountTotal, .sum, "python_gc_collections_total"),
    SignalSource(.gcCountTotal, .sum, "go_gc_duration_seconds_count"),

    SignalSource(.gcCPUSecondsTotal, .sum, "go_cpu_classes_gc_total_cpu_seconds_total"),
    // Go's own total counts the idle time of its processors too: the share is of what it may use.
    SignalSource(.cpuSecondsTotal, .sum, "go_cpu_classes_total_cpu_seconds_total"),
    SignalSource(.cpuSecondsTotal, .sum, "process_cpu_seconds_total"),
    SignalSource(.uncollectableObjects, .sum, "python_gc_objects_uncollectable_total"),
  ]

  private static let liveHeap: [SignalSource] = [
    SignalSource(.heapLive, .sum, "jvm_gc_live_data_size_bytes").unknownAtZero,
    // Micrometer's share of the long-lived pools in use after the last collection.
    SignalSource(
      .heapLive, .product,
      terms: [
        .init(SeriesSelector("jvm_memory_usage_after_gc", [.init("area", .equals("heap"))])),
        .init(
          SeriesSelector(
            "jvm_memory_max_bytes", [.init("area", .equals("heap")), .init("id", longLived)])),
      ]
    ).unknownAtZero,
    SignalSource(
      .heapLive, .sum, "jvm_memory_used_after_last_gc_bytes",
      .init("jvm_memory_pool_name", longLived)
    ).unknownAtZero,
    SignalSource(
      .heapLive, .sum, "jvm_memory_pool_collection_used_bytes", .init("pool", longLived)
    ).unknownAtZero,
    SignalSource(.heapLive, .sum, "go_gc_heap_live_bytes").unknownAtZero,
    SignalSource(
      .heapLive, .sum,
      terms: [
        .init(SeriesSelector("dotnet_gc_last_collection_heap_size_bytes")),
        .init(
          SeriesSelector("dotnet_gc_last_collection_heap_fragmentation_size_bytes"), weight: -1),
      ]
    ).unknownAtZero,
    SignalSource(.heapLive, .sum, "dotnet_gc_last_collection_heap_size_bytes").unknownAtZero,
  ]

  private static let inHeap = SeriesSelector.LabelMatcher("area", .equals("heap"))
  private static let inHeapByType = SeriesSelector.LabelMatcher("jvm_memory_type", .equals("heap"))

  private static let heap: [SignalSource] = [
    SignalSource(.heapUsed, .sum, "jvm_memory_used_bytes", inHeap),
    SignalSource(.heapUsed, .sum, "jvm_memory_used_bytes", inHeapByType),
    SignalSource(.heapUsed, .sum, "jvm_memory_bytes_used", inHeap),
    SignalSource(.heapUsed, .sum, "nodejs_heap_size_used_bytes"),
    SignalSource(.heapUsed, .sum, "dotnet_total_memory_bytes"),
    SignalSource(.heapUsed, .sum, "go_memstats_heap_alloc_bytes"),
    SignalSource(.heapUsed, .sum, "go_memory_classes_heap_objects_bytes"),
    SignalSource(.heapUsed, .sum, "jemalloc_allocated_bytes"),
    SignalSource(.heapUsed, .sum, "jemalloc_allocated"),

    SignalSource(.heapCommitted, .sum, "jvm_memory_committed_bytes", inHeap),
    SignalSource(.heapCommitted, .sum, "jvm_memory_committed_bytes", inHeapByType),
    SignalSource(.heapCommitted, .sum, "jvm_memory_bytes_committed", inHeap),
    SignalSource(.heapCommitted, .sum, "nodejs_heap_size_total_bytes"),
    SignalSource(.heapCommitted, .sum, "dotnet_gc_last_collection_memory_committed_size_bytes"),
    SignalSource(
      .heapCommitted, .sum,
      terms: [
        .init(SeriesSelector("go_memstats_sys_bytes")),
        .init(SeriesSelector("go_memstats_heap_released_bytes"), weight: -1),
      ]),
    SignalSource(.heapCommitted, .sum, "jemalloc_resident_bytes"),
    SignalSource(.heapCommitted, .sum, "jemalloc_resident"),

    SignalSource(.heapLimit, .sum, "jvm_memory_max_bytes", inHeap),
    SignalSource(.heapLimit, .sum, "jvm_memory_limit_bytes", inHeapByType),
    SignalSource(.heapLimit, .sum, "jvm_memory_bytes_max", inHeap),
    SignalSource(.heapLimit, .sum, "go_gc_gomemlimit_bytes"),
  ]

  private static let outsideTheHeap: [SignalSource] = [
    jvmOutside(
      "jvm_memory_used_bytes", .init("area", .equals("nonheap")),
      buffers: "jvm_buffer_memory_used_bytes", .init("id", .equals("direct"))),
    jvmOutside(
      "jvm_memory_used_bytes", .init("area", .equals("nonheap")),
      buffers: "jvm_buffer_pool_used_bytes", .init("pool", .equals("direct"))),
    jvmOutside(
      "jvm_memory_used_bytes", .init("jvm_memory_type", .equals("non_heap")),
      buffers: "jvm_buffer_memory_used_bytes", .init("jvm_buffer_pool_name", .equals("direct"))),
    jvmOutside(
      "jvm_memory_bytes_used", .init("area", .equals("nonheap")),
      buffers: "jvm_buffer_pool_used_bytes", .init("pool", .equals("direct"))),
    SignalSource(.offHeap, .sum, "jvm_memory_used_bytes", .init("area", .equals("nonheap"))),
    SignalSource(
      .offHeap, .sum, "jvm_memory_used_bytes", .init("jvm_memory_type", .equals("non_heap"))),
    SignalSource(.offHeap, .sum, "jvm_memory_bytes_used", .init("area", .equals("nonheap"))),
    SignalSource(.offHeap, .sum, "nodejs_external_memory_bytes"),
  ]

  /// Metaspace, code and the like, and the direct buffers, which no pool counts.
  private static func jvmOutside(
    _ pools: String, _ nonHeap: SeriesSelector.LabelMatcher,
    buffers: String, _ direct: SeriesSelector.LabelMatcher
  ) -> SignalSource {
    SignalSource(
      .offHeap, .sum,
      terms: [
        .init(SeriesSelector(pools, [nonHeap])), .init(SeriesSelector(buffers, [direct])),
      ])
  }

  private static let process: [SignalSource] = [
    SignalSource(.residentMemory, .sum, "process_resident_memory_bytes"),
    SignalSource(.residentMemory, .sum, "process_working_set_bytes"),
    SignalSource(.residentMemory, .sum, "dotnet_process_memory_working_set_bytes"),
    SignalSource(.residentMemory, .sum, "process_memory_usage_bytes"),
    SignalSource(.startTimeSeconds, .sum, "process_start_time_seconds"),
    SignalSource(.goroutines, .sum, "go_goroutines"),
    SignalSource(.threads, .sum, "jvm_threads_live_threads"),
    SignalSource(.threads, .sum, "jvm_threads_current"),
    SignalSource(.threads, .sum, "jvm_thread_count"),
    SignalSource(.threads, .sum, "process_num_threads"),
    SignalSource(.threads, .sum, "go_threads"),
    SignalSource(.openFileDescriptors, .sum, "process_open_fds"),
    SignalSource(.openFileDescriptors, .sum, "process_files_open_files"),
    SignalSource(.openFileDescriptors, .sum, "jvm_file_descriptor_count"),
    SignalSource(.openFileDescriptors, .sum, "process_open_handles"),
  ]

  private static let requests: [SignalSource] = [
    SignalSource(.requestsTotal, .sum, "http_server_requests_seconds_count"),
    SignalSource(.requestsTotal, .sum, "http_server_request_duration_seconds_count"),
    SignalSource(.requestsTotal, .sum, "http_requests_received_total"),
    SignalSource(.requestsTotal, .sum, "http_requests_total"),
    SignalSource(.requestsTotal, .sum, "http_request_duration_seconds_count"),
    SignalSource(.requestsTotal, .sum, "grpc_server_handled_total"),
  ]
}
