import Foundation
import TestSupport

/// Services with a past, as traces for `replay` and as OpenMetrics for a Prometheus server: the same
/// samples in both.
struct RecordedServices {
  /// Multiple of a minute.
  static let start = 1_767_312_000
  static let columns = [
    "mem_current", "mem_anon", "mem_file", "mem_inactive_file", "mem_max", "oom_kills_total",
    "heap_used_bytes", "gc_pause_seconds_total", "requests_total", "start_time_seconds",
  ]

  let minutes: Int
  private(set) var rows: [String: [[String: Double]]] = [:]

  var end: Int { Self.start + (minutes - 1) * 60 }

  /// A leak that is killed and leaks on, a flat service, a warm-up, a load, and one that is away for
  /// hours and misses single values.
  init(minutes: Int = 2000) {
    self.minutes = minutes
    let kill = minutes * 3 / 4
    rows["leaky"] = rows(seed: 1) { minute in
      let life = minute < kill ? minute : minute - kill
      return (200 + Double(life) * 0.2, minute < kill ? -500 : kill, minute < kill ? 0 : 1)
    }
    rows["flat"] = rows(seed: 2) { _ in (300, -90_000, 0) }
    rows["warming"] = rows(seed: 3) { minute in
      (100 + 200 * (1 - Foundation.exp(-Double(minute) / 240)), -10, 0)
    }
    rows["cycle"] = rows(seed: 4) { minute in
      (250 + 60 * Foundation.sin(Double(minute) / 229), -90_000, 0)
    }
    rows["holes"] = rows(seed: 5) { minute in (150 + Double(minute) * 0.05, -5000, 0) }
    rows["holes"]?.removeSubrange(minutes / 2..<minutes / 2 + 200)
    for index in stride(from: 7, to: minutes - 210, by: 31) {
      rows["holes"]?[index]["mem_anon"] = nil
      rows["holes"]?[index + 3]["requests_total"] = nil
    }
  }

  private func rows(
    seed: UInt64, _ shape: (Int) -> (mebibytes: Double, startMinute: Int, kills: Double)
  ) -> [[String: Double]] {
    var random = SeededGenerator(seed: seed)
    var requests = 0.0
    var pauses = 0.0
    return (0..<minutes).map { minute in
      let (mebibytes, startMinute, kills) = shape(minute)
      let noise = Double.random(in: -1...1, using: &random)
      let anon = ((mebibytes + noise) * 256).rounded() * 4096
      let file = (Double.random(in: 20...21, using: &random) * 256).rounded() * 4096
      if minute == startMinute { (requests, pauses) = (0, 0) }
      requests += Double(Int.random(in: 900...1100, using: &random))
      pauses += Double.random(in: 0.01...0.03, using: &random)
      return [
        "t_seconds": Double(Self.start + minute * 60), "mem_current": anon + file,
        "mem_anon": anon, "mem_file": file, "mem_inactive_file": (file / 8192).rounded() * 4096,
        "mem_max": 536_870_912, "oom_kills_total": kills,
        "heap_used_bytes": (anon * 0.8).rounded(), "gc_pause_seconds_total": pauses,
        "requests_total": requests, "start_time_seconds": Double(Self.start + startMinute * 60),
      ]
    }
  }

  /// - Parameter columns: those that are written.
  func writeTraces(to folder: URL, columns: [String] = Self.columns) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let header = ["t_seconds"] + columns
    for (name, rows) in rows {
      let lines = rows.map { row in
        header.map { column in row[column].map(Self.text) ?? "" }.joined(separator: ",")
      }
      let text = ([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
      try text.write(
        to: folder.appendingPathComponent("\(name).csv"), atomically: true, encoding: .utf8)
    }
  }

  /// - Parameter suffix: what comes behind the time in seconds.
  func exposition(timeSuffix: String = "", withTypes: Bool = true) -> String {
    var text = ""
    for column in Self.columns {
      if withTypes { text += "# TYPE recorded_\(column) unknown\n" }
      for (name, rows) in rows.sorted(by: { $0.key < $1.key }) {
        for row in rows {
          guard let value = row[column], let time = row["t_seconds"] else { continue }
          text += "recorded_\(column){service=\"\(name)\"} \(Self.text(value)) \(Int(time))"
          text += "\(timeSuffix)\n"
        }
      }
    }
    return withTypes ? text + "# EOF\n" : text
  }

  /// As cAdvisor in a kubelet tells it, one container a pod, with the pod's own cgroup beside it.
  func kubeletExposition() -> String {
    let metrics: [(name: String, value: ([String: Double]) -> Double?)] = [
      ("container_memory_usage_bytes", { $0["mem_current"] }),
      ("container_memory_rss", { $0["mem_anon"] }),
      ("container_memory_cache", { $0["mem_file"] }),
      (
        "container_memory_working_set_bytes",
        { row in row["mem_current"].flatMap { all in row["mem_inactive_file"].map { all - $0 } } }
      ),
      ("container_spec_memory_limit_bytes", { $0["mem_max"] }),
      ("container_oom_events_total", { $0["oom_kills_total"] }),
      ("container_start_time_seconds", { $0["start_time_seconds"] }),
    ]
    var text = ""
    for (metric, value) in metrics {
      text += "# TYPE \(metric) unknown\n"
      for (name, rows) in rows.sorted(by: { $0.key < $1.key }) {
        for container in ["app", "POD", ""] {
          let labels =
            "namespace=\"shop\",pod=\"\(name)\",container=\"\(container)\",id=\"/\(container)\",service=\"kubelet\""
          for row in rows {
            guard let bytes = value(row), let time = row["t_seconds"] else { continue }
            // The pod's pause container and its whole cgroup are no containers of the service.
            let told = container == "app" ? bytes : bytes * 3
            text += "\(metric){\(labels)} \(Self.text(told)) \(Int(time))\n"
          }
        }
      }
    }
    return text + "# EOF\n"
  }

  /// `[[prometheus]]` with a query for each column.
  func configuration(url: String, extra: String = "") -> String {
    let queries = Self.columns.map { "\($0) = 'recorded_\($0)'" }.joined(separator: "\n")
    return "[[prometheus]]\nurl = \"\(url)\"\n\(extra)\n[prometheus.signals]\n\(queries)\n"
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
