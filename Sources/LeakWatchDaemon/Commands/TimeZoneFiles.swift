internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

extension ConfigurationOutcome {
  private static let zoneFolder = "/usr/share/zoneinfo"
  private static let localFile = "/etc/localtime"
  private static let longestBytes = 1 << 20

  /// With the time zones read that restart policies name. One that is not there counts as if it were
  /// wrong in the configuration.
  var withTimeZones: ConfigurationOutcome {
    guard var configuration else { return self }
    var all = diagnostics
    for index in configuration.restartPolicies.indices {
      let policy = configuration.restartPolicies[index]
      guard policy.window != nil else { continue }
      let isLocal = policy.timeZone == Configuration.RestartPolicy.localZone
      let path = isLocal ? Self.localFile : "\(Self.zoneFolder)/\(policy.timeZone)"
      do {
        let bytes = try WholeFile.read(path, limit: Self.longestBytes)
        configuration.restartPolicies[index].zone = try TimeZoneRules(tzif: bytes)
      } catch let error as SystemError where isLocal && error.isMissing {
        // A host without the file runs on UTC.
        configuration.restartPolicies[index].zone = .utc
      } catch {
        all.append(
          ConfigurationDiagnostic(
            severity: .error, file: path, position: SourcePosition(line: 1, column: 1),
            message:
              "the time zone \"\(policy.timeZone)\" of the restart_policy \"\(policy.name)\" "
              + "cannot be read: \(error)"))
      }
    }
    let isSound = !all.contains { $0.severity == .error }
    return ConfigurationOutcome(configuration: isSound ? configuration : nil, diagnostics: all)
  }
}
