internal import TimeSeries

/// What the kernel accounts for, as cAdvisor, node_exporter and process-exporter tell it.
extension SignalSet {
  /// cAdvisor's metrics of one container (google/cadvisor, docs/storage/prometheus.md). `rss` is
  /// the kernel's anon; a limit of zero is none.
  private static let account: [(signal: Signal, metric: String)] = [
    (.memoryCurrent, "container_memory_usage_bytes"),
    (.memoryAnon, "container_memory_rss"),
    (.memoryFile, "container_memory_cache"),
    (.memoryKernel, "container_memory_kernel_usage"),
    (.memorySwap, "container_memory_swap"),
    (.memoryLimit, "container_spec_memory_limit_bytes"),
    (.oomKillsTotal, "container_oom_events_total"),
    (.startTimeSeconds, "container_start_time_seconds"),
    (.threads, "container_threads"),
    (.openFileDescriptors, "container_file_descriptors"),
  ]

  static func kubernetesQueries(_ writer: PromQLWriter) -> [SignalQuery] {
    let pods = ["container!=\"\"", "container!=\"POD\""]
    let labels = ["namespace", "pod", "container"]
    return cAdvisorQueries(writer, pods, labels, origin: .kubernetes) + [
      // Where cAdvisor tells no limit: what kube-state-metrics read in the pod's description.
      SignalQuery(
        .memoryLimit,
        writer.aggregated(
          "max",
          writer.selector("kube_pod_container_resource_limits", "resource=\"memory\""),
          by: labels),
        origin: SignalSet.kubernetes.rawValue)
    ]
  }

  static func containerQueries(_ writer: PromQLWriter) -> [SignalQuery] {
    cAdvisorQueries(writer, ["name!=\"\""], ["name", "instance"], origin: .cadvisor)
  }

  static func systemdQueries(_ writer: PromQLWriter) -> [SignalQuery] {
    // Units without a container's name; the unit's own cgroup, not those below it.
    let units = ["name=\"\"", "id=~\"/system[.]slice/[^/]+[.]service\""]
    let named = cAdvisorQueries(writer, units, ["id", "instance"], origin: .systemd)
    return named + [
      SignalQuery(
        .startTimeSeconds,
        writer.aggregated(
          "max",
          writer.selector("node_systemd_unit_start_time_seconds", "name=~\".+[.]service\"")
            + " > 0",
          by: ["name", "instance"]),
        origin: SignalSet.systemd.rawValue),
      SignalQuery(
        .threads,
        writer.aggregated(
          "max", writer.selector("node_systemd_unit_tasks_current", "name=~\".+[.]service\""),
          by: ["name", "instance"]),
        origin: SignalSet.systemd.rawValue),
    ]
  }

  static func processQueries(_ writer: PromQLWriter) -> [SignalQuery] {
    let metrics: [(signal: Signal, metric: String, condition: String)] = [
      (.residentMemory, "namedprocess_namegroup_memory_bytes", "memtype=\"resident\""),
      (.memorySwap, "namedprocess_namegroup_memory_bytes", "memtype=\"swapped\""),
      (.startTimeSeconds, "namedprocess_namegroup_oldest_start_time_seconds", ""),
      (.threads, "namedprocess_namegroup_num_threads", ""),
      (.openFileDescriptors, "namedprocess_namegroup_open_filedesc", ""),
    ]
    return metrics.map { signal, metric, condition in
      SignalQuery(
        signal,
        writer.aggregated(
          "max", writer.selector(metric, condition), by: ["groupname", "instance"]),
        origin: SignalSet.processExporter.rawValue)
    }
  }

  private static func cAdvisorQueries(
    _ writer: PromQLWriter, _ conditions: [String], _ labels: [String], origin: SignalSet
  ) -> [SignalQuery] {
    let chosen = conditions.joined(separator: ",")
    // The highest: while a container is replaced, the old one is still told beside the new one.
    let highest = { writer.aggregated("max", writer.selector($0, chosen), by: labels) }
    var queries = account.map { signal, metric in
      SignalQuery(signal, highest(metric), origin: origin.rawValue)
    }
    // By cAdvisor's definition of the working set this is what it leaves out.
    let inactive =
      "\(highest("container_memory_usage_bytes")) - "
      + highest("container_memory_working_set_bytes")
    queries.append(SignalQuery(.memoryInactiveFile, inactive, origin: origin.rawValue))
    return queries
  }
}
