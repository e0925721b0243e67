private import LinuxSystem
package import TimeSeries

/// Which life of a unit is running: systemd gives every start an invocation id
/// (systemd.exec(5), `$INVOCATION_ID`) and publishes it where no bus is needed.
package final class CgroupInvocations {
  package struct Invocation: Hashable, Sendable {
    package var id: String
    /// When systemd published it, which is when the unit started; nil where nothing tells.
    package var startedAt: Timestamp?
  }

  private let directory: String
  private var lastSeen: Timestamp?

  package init(directory: String) {
    self.directory = directory
  }

  /// Whether any unit may have been started since the last call: systemd replaces a unit's link,
  /// which changes the directory's time. A change too fresh for the clock's tick counts again.
  ///
  /// - Parameter now: wall time.
  package func mayHaveChanged(now: Timestamp) -> Bool {
    guard let modified = try? FileAttributes(of: directory).modifiedAt else { return false }
    defer { lastSeen = now }
    guard let lastSeen else { return true }
    return modified >= lastSeen - .seconds(1)
  }

  /// By the link `invocation:<unit>` of the host's systemd, else by the attribute on the cgroup
  /// itself, which also a user's systemd sets.
  package func invocation(unit: String?, cgroup path: String) -> Invocation? {
    if let unit {
      let link = "\(directory)/invocation:\(unit)"
      if let id = try? SymbolicLink.target(of: link) {
        return Invocation(id: id, startedAt: (try? FileAttributes(ofLink: link))?.modifiedAt)
      }
    }
    guard let id = try? ExtendedAttribute.text("user.invocation_id", of: path), !id.isEmpty
    else { return nil }
    return Invocation(id: id, startedAt: nil)
  }
}
