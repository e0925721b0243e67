internal import TimeSeries

private struct ExporterIdentity: Hashable {
  var service: ServiceName
  var url: WebURL
}

extension Dictionary {
  /// Stores `value` where the key is new, else answers what is there.
  fileprivate mutating func updateIfAbsent(_ key: Key, _ value: Value) -> Value? {
    if let existing = self[key] { return existing }
    self[key] = value
    return nil
  }
}

/// What several tables of a file say together.
extension Configuration {
  /// Two sinks of one name would share deliveries; two exporters of one service and address would
  /// count everything twice.
  func checkNamesAreUnique(_ given: GivenKeys, log: inout DiagnosticLog) {
    var sinkPlaces: [String: Int] = [:]
    for (index, sink) in sinks.enumerated() where given.areSound("sink") {
      guard let first = sinkPlaces.updateIfAbsent(sink.name, index) else { continue }
      report("the name \(quoted(sink.name))", of: "sink", index, first, key: "name", given, &log)
    }
    var exporterPlaces: [ExporterIdentity: Int] = [:]
    for (index, exporter) in exporters.enumerated() where given.areSound("exporter") {
      let identity = ExporterIdentity(service: exporter.service, url: exporter.url)
      guard let first = exporterPlaces.updateIfAbsent(identity, index) else { continue }
      let what = "this url for the service \(quoted(exporter.service.text))"
      report(what, of: "exporter", index, first, key: "url", given, &log)
    }
    var serverPlaces: [WebURL: Int] = [:]
    for (index, server) in prometheusServers.enumerated() where given.areSound("prometheus") {
      guard let first = serverPlaces.updateIfAbsent(server.url, index),
        prometheusServers[first].headers == server.headers
      else { continue }
      report("this url", of: "prometheus", index, first, key: "url", given, &log)
    }
  }

  private func report(
    _ what: String, of array: String, _ index: Int, _ first: Int, key: String, _ given: GivenKeys,
    _ log: inout DiagnosticLog
  ) {
    guard let element = given.element(index, of: array),
      let earlier = given.element(first, of: array)
    else { return }
    let line = earlier.position(of: key).line
    log.error(
      at: element.position(of: key),
      "another [[\(array)]] has \(what) already, in line \(line)")
  }

  /// A trend over a window that holds fewer than four samples says nothing.
  func checkIntervalsFitWindows(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard given.areSound("rules") else { return }
    let growth = (name: "rules.growth_rule", window: rules.growthRule.window)
    let pauses = (name: "rules.gc_pause", window: rules.gcPause.window)
    if given.areSound("cgroups"), cgroups.isEnabled, rules.growthRule.isEnabled {
      let place = place(
        of: "interval", in: given.table("cgroups"), orWindowOf: "growth_rule", given)
      warn(cgroups.interval, isLongFor: growth, at: place, log: &log)
    }
    guard given.areSound("exporter"), rules.gcPause.isEnabled else { return }
    for (index, exporter) in exporters.enumerated() {
      let table = given.element(index, of: "exporter")
      let place = place(of: "interval", in: table, orWindowOf: "gc_pause", given)
      warn(exporter.interval, isLongFor: pauses, at: place, log: &log)
    }
  }

  /// Where the user wrote what makes the two not fit: the interval, else the window.
  private func place(
    of key: String, in table: GivenKeys?, orWindowOf rule: String, _ given: GivenKeys
  ) -> SourcePosition {
    if let table, table.has(key) { return table.position(of: key) }
    let window = given.table("rules")?.table(rule)
    return window?.position(of: "window") ?? table?.position ?? given.position
  }

  private func warn(
    _ interval: TimeSpan, isLongFor rule: (name: String, window: TimeSpan),
    at place: SourcePosition, log: inout DiagnosticLog
  ) {
    guard interval.milliseconds > rule.window.milliseconds / 4 else { return }
    log.warning(
      at: place,
      "samples every \(DurationGrammar.write(interval)) are too few for the window of "
        + "\(DurationGrammar.write(rule.window)) in [\(rule.name)]; at least four should fit")
  }

  /// Names without a page: most likely the address was forgotten.
  func checkPageIsServed(_ given: GivenKeys, log: inout DiagnosticLog) {
    guard status.listen == nil, !status.hosts.isEmpty, let table = given.table("status") else {
      return
    }
    log.warning(
      at: table.keyPosition(of: "hosts"),
      "no page is served; say where with listen = \"127.0.0.1:9788\"")
  }
}
