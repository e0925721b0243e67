internal import LinuxSystem
internal import WatchConfiguration

/// The configuration as a command finds it: a file that was named, or the built-in defaults.
struct ConfigurationFile {
  /// No configuration is longer; a mistaken path does no harm.
  private static let longestBytes = 1 << 20

  static let standardPath = "/etc/leakwatch/config.toml"

  /// nil: the built-in defaults.
  let path: String?

  /// Reads and checks the file. - Throws: the system's reason where it cannot be read.
  func load() throws(SystemError) -> ConfigurationOutcome {
    guard let path else {
      return ConfigurationOutcome(configuration: Configuration(), diagnostics: [])
    }
    let bytes = try WholeFile.read(path, limit: Self.longestBytes)
    return ConfigurationLoader.load(text: String(decoding: bytes, as: UTF8.self), fileName: path)
      .withTemplates.withTimeZones
  }
}
