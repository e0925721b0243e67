/// Where a server listens.
package enum ListenAddress: Sendable, Hashable {
  /// An IP address without brackets, or "localhost".
  case tcp(host: String, port: Int)
  /// The path of a Unix socket.
  case unix(path: String)
}
