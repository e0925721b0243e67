internal import LinuxSystem

/// Where the running daemon answers questions.
enum StatusSocket {
  static let name = "leakwatch.sock"
  private static let usual = "/run/leakwatch"

  /// Where a daemon listens: in its runtime directory, which the unit brings.
  static var ownPath: String? {
    let given = HostFacts.environment("RUNTIME_DIRECTORY")?.split(separator: ":").first
    return given.map { "\($0)/\(name)" }
  }

  /// Where to ask, if nothing else is said.
  static var path: String { ownPath ?? "\(usual)/\(name)" }
}
