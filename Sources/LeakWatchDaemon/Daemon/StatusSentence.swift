internal import Alerting
internal import Engine
internal import TimeSeries

/// The sentence that `systemctl status` shows: "43 services, 1 growing: api +512 MiB/day, limit in
/// 3 d 2 h".
enum StatusSentence {
  /// Services named at most; more are counted.
  private static let namedAtMost = 3

  static func describe(_ services: [ServiceOverview], note: String? = nil) -> String {
    var parts = [counted(services.count, "service")]
    let growing = services.filter(\.isGrowing)
      .sorted { urgency($0) < urgency($1) }
    if growing.isEmpty {
      parts[0] += ", none growing"
    } else {
      let named = growing.prefix(namedAtMost).map(phrase).joined(separator: "; ")
      let more = growing.count > namedAtMost ? "; and \(growing.count - namedAtMost) more" : ""
      parts[0] += ", \(growing.count) growing: \(named)\(more)"
    }
    let killed = services.filter { $0.firing[.oomKill] != nil }.map(\.name.text)
    if !killed.isEmpty { parts.append("OOM killed: \(killed.joined(separator: ", "))") }
    let pausing = services.filter { $0.firing[.gcPause] != nil }.map(\.name.text)
    if !pausing.isEmpty { parts.append("GC pressure: \(pausing.joined(separator: ", "))") }
    let down = services.count { !$0.isUp }
    if down > 0 { parts.append("\(counted(down, "target")) down") }
    if let note { parts.append(note) }
    return parts.joined(separator: "; ")
  }

  private static func urgency(_ service: ServiceOverview) -> Double {
    service.growth?.secondsToLimit ?? .infinity
  }

  private static func phrase(_ service: ServiceOverview) -> String {
    var text = service.name.text
    if service.isFixWatched { return text + ", its fix is watched" }
    if let slope = service.growth?.slopeBytesPerDay { text += " +\(ByteCount(slope))/day" }
    if let seconds = service.growth?.secondsToLimit, seconds.isFinite {
      text += ", limit in \(TimeSpan.seconds(seconds.rounded()))"
    }
    return text
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
