package import TimeSeries

extension SuggestedCommand {
  /// Finds what LeakWatch has said of a service in the journal. For a systemd unit it shows the
  /// unit's own log too: `journalctl -u` would not, since it trusts OBJECT_SYSTEMD_UNIT from uid 0
  /// alone, and LeakWatch does not run as root.
  package static func journal(of service: ServiceDescription) -> SuggestedCommand {
    guard let unit = service.unit else {
      let match = shellQuoted("LEAKWATCH_SERVICE=\(service.name.text)")
      return SuggestedCommand(
        purpose: "what LeakWatch has said of this service", command: "journalctl \(match)")
    }
    let own = shellQuoted("_SYSTEMD_UNIT=\(unit)")
    let about = shellQuoted("OBJECT_SYSTEMD_UNIT=\(unit)")
    return SuggestedCommand(
      purpose: "the unit's log together with these alerts",
      command: "journalctl \(own) + \(about)")
  }

  /// One word for a POSIX shell, quoted only where it must be.
  package static func shellQuoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", "=", ":", "@", "+", ",", "%": true
      default: false
      }
    }
    if isPlain, !word.isEmpty { return word }
    let escaped = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + escaped.joined(separator: "'\\''") + "'"
  }
}
