internal import Alerting
internal import TimeSeries

extension Configuration {
  /// What `check-config` tells of a file: what will be watched, by which rules, and who is told.
  /// Lines of a fixed first column; secrets and addresses that may be keys are left out.
  ///
  /// - Parameter bytesPerSeries: What one series' windows take under this configuration.
  package func summary(bytesPerSeries: Int) -> [String] {
    let lines =
      [cgroupLine] + shardLines + exporters.map(line) + exporterDiscoveries.map(\.line)
      + prometheusServers.map(\.line) + rules.lines + restartPolicies.map(\.line)
      + sinks.map(\.line) + untoldLines + [journalLine] + status.lines + heartbeat.lines + [
        windows.line(bytesPerSeries: bytesPerSeries)
      ]
    return lines.map { line in
      let padding = String(repeating: " ", count: max(1, 12 - line.subject.count))
      return line.subject + padding + line.text
    }
  }

  private var cgroupLine: SummaryLine {
    guard cgroups.isEnabled else { return SummaryLine("cgroups", "not watched") }
    let what =
      cgroups.include.isEmpty
      ? "every service and container of this host" : cgroups.include.joined(separator: ", ")
    let except =
      cgroups.exclude.isEmpty ? "" : " except " + cgroups.exclude.joined(separator: ", ")
    let root = cgroups.root.map { ", below \($0)" } ?? ""
    return SummaryLine("cgroups", "\(what)\(except), every \(cgroups.interval)\(root)")
  }

  private var shardLines: [SummaryLine] {
    guard let shard else { return [] }
    return [
      SummaryLine(
        "shard", "\(shard): of the services that are watched over the network those of this share")
    ]
  }

  private func line(_ exporter: Exporter) -> SummaryLine {
    var line = exporter.line
    if !watches(exporter) { line.text += "; left to another shard" }
    return line
  }

  /// What no sink takes.
  private var untoldLines: [SummaryLine] {
    guard !sinks.isEmpty else { return [] }
    return Severity.allCases.reversed().compactMap { severity in
      let some =
        switch coverage(of: severity) {
        case .whole: nil as String?
        case .partial: " of some services or rules"
        case .nothing: ""
        }
      return some.map { SummaryLine("untold", "\(severity)s\($0) go to the journal alone") }
    }
  }

  private var journalLine: SummaryLine {
    SummaryLine(
      "journal", journal.isEnabled ? "records go to the journal" : "records go to standard error")
  }
}

/// One line: what it is about, and what is said of it.
struct SummaryLine {
  var subject: String
  var text: String

  init(_ subject: String, _ text: String) {
    self.subject = subject
    self.text = text
  }
}

extension Configuration.StatusPage {
  fileprivate var lines: [SummaryLine] {
    guard let listen else { return [] }
    let address = ListenGrammar.write(listen)
    let place =
      switch listen {
      case .tcp: "http://\(address)/"
      case .unix: address
      }
    let names = hosts.isEmpty ? "" : ", also asked for as \(hosts.joined(separator: ", "))"
    let outside = externalURL.map { "; alerts link to \($0)" } ?? ""
    return [SummaryLine("page", "\(place), with /metrics and /api/v1\(names)\(outside)")]
  }
}

extension Configuration.Exporter {
  var line: SummaryLine {
    var text = "\(service): \(url), every \(interval), timeout \(timeout)"
    if let cgroup { text += ", joined with \(cgroup)" }
    text += profile.phrase
    if basicAuthentication != nil { text += ", with a password" }
    if bearerTokenFile != nil { text += ", with a token" }
    if tls.skipsVerification { text += ", certificate not checked" }
    if let proxyURL { text += ", through \(proxyURL.origin)" }
    let chosen = signals.sorted { $0.key.rawValue < $1.key.rawValue }
    for (signal, selector) in chosen { text += ", \(signal.rawValue) from \(selector)" }
    return SummaryLine("exporter", text)
  }
}

extension Configuration.ProfileSource {
  /// To go on with behind a target; empty for what is usual.
  fileprivate var phrase: String {
    switch self {
    case .auto: ""
    case .off: ", no heap profiles"
    case .url(let url): ", heap profiles from \(url)"
    case .tracemalloc(let address): ", heap profiles from leakwatch_heap at \(address.text)"
    case .inspector(let address): ", heap snapshots from the inspector at \(address.text)"
    }
  }
}

extension Configuration.ExporterDiscovery {
  var line: SummaryLine {
    var text =
      if let url {
        "targets that \(url) lists, asked every \(refreshInterval)"
      } else {
        "targets listed in " + files.joined(separator: ", ")
      }
    for (verb, conditions) in [("with", keep), ("without", drop)] {
      for (label, pattern) in conditions.sorted(by: { $0.key < $1.key }) {
        text += ", \(verb) \(label)=~\"\(pattern)\""
      }
    }
    text += ", named by \(serviceLabel)" + (appendsAddress ? " and address" : "")
    text += ", every \(template.interval), timeout \(template.timeout)"
    text += profile.source(host: "each-target")?.phrase ?? ", heap profiles from \(profile.text)"
    return SummaryLine("discovery", text)
  }
}

extension Configuration.PrometheusServer {
  var line: SummaryLine {
    var text = "\(url): services by the label \(quoted(serviceLabel)), every \(interval)"
    text += lag > .zero ? " with a lag of \(lag)" : ""
    text += backfill > .zero ? ", after \(backfill) of its history" : ", without its history"
    if let memory { text += ", memory from \(memory)" }
    if !signalSets.isEmpty {
      text += ", sets " + signalSets.map(\.rawValue).joined(separator: ", ")
    }
    if let matchers { text += " where \(matchers)" }
    let chosen = signals.sorted { $0.key.rawValue < $1.key.rawValue }
    for (signal, query) in chosen { text += ", \(signal.rawValue) from \(query)" }
    for (service, cgroup) in cgroups.sorted(by: { $0.key < $1.key }) {
      text += ", \(service) joined with \(cgroup)"
    }
    if basicAuthentication != nil { text += ", with a password" }
    if bearerTokenFile != nil { text += ", with a token" }
    if tls.skipsVerification { text += ", certificate not checked" }
    if let proxyURL { text += ", through \(proxyURL.origin)" }
    return SummaryLine("prometheus", text)
  }
}

extension Configuration.Windows {
  func line(bytesPerSeries: Int) -> SummaryLine {
    let count = seriesBound(bytesPerSeries: bytesPerSeries)
    let each = ByteCount(Double(bytesPerSeries))
    let total = ByteCount(Double(bytesPerSeries) * Double(count))
    return SummaryLine(
      "memory",
      "windows of \(span) in \(buckets) buckets, floors of \(floorSpan): at most \(count) series "
        + "of \(each), \(total) in all")
  }
}

extension Configuration.Sink {
  var line: SummaryLine {
    let parts = ["\(name) (\(type.rawValue)): \(told) \(place)", proof]
    return SummaryLine("sink", parts.filter { !$0.isEmpty }.joined(separator: ", "))
  }

  private var told: String {
    var text =
      minimumSeverity == .ticket ? "every alert" : "alerts from \(minimumSeverity.rawValue) up"
    if !severities.isEmpty {
      text = "every \(severities.map(\.rawValue).joined(separator: " and "))"
    }
    if !kinds.isEmpty { text += " of \(kinds.map(\.rawValue).joined(separator: ", "))" }
    if !services.isEmpty { text += " about \(services.map(\.text).joined(separator: ", "))" }
    text += sendsResolved ? " and its end" : ""
    if repeatInterval > .zero { text += " and again every \(repeatInterval)" }
    return text
  }

  private var place: String {
    if self.type == .pagerduty, address == Self.blank.address { return "to PagerDuty" }
    if !members.isEmpty { return "to " + members.map(\.origin).joined(separator: " and ") }
    return switch address {
    case .url(let url): type == .alertmanager ? "to \(url.origin)" : "to \(url.origin)/…"
    case .file(let path): "to the address in \(path)"
    }
  }

  private var proof: String {
    var parts: [String] = []
    switch type {
    case .webhook:
      parts.append(
        secretFiles.isEmpty ? "unsigned" : "signed with " + secretFiles.joined(separator: ", "))
    case .alertmanager: parts.append("again every \(resendInterval)")
    case .pagerduty: parts.append("with the key in \(routingKeyFile ?? "?")")
    case .slack: break
    case .template: parts.append("worded by \(templateFile ?? "?")")
    }
    if groupWait > .zero { parts.append("in groups of \(groupWait)") }
    if basicAuthentication != nil { parts.append("with a password") }
    if bearerTokenFile != nil { parts.append("with a token") }
    return parts.joined(separator: ", ")
  }
}

extension Configuration.Heartbeat {
  fileprivate var lines: [SummaryLine] {
    guard isEnabled else { return [] }
    let place = url.map { "\($0.origin)/…" } ?? "the address in \(urlFile ?? "?")"
    return [SummaryLine("heartbeat", "to \(place), every \(interval)")]
  }
}
