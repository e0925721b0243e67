private import Glibc

/// What this machine and this process are called.
package enum HostFacts {
  /// gethostname(2); "localhost" where the kernel has no name.
  package static var hostName: String {
    var bytes = [CChar](repeating: 0, count: 256)
    let result = unsafe gethostname(&bytes, bytes.count - 1)
    let name = String(
      decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return result == 0 && !name.isEmpty ? name : "localhost"
  }

  /// A variable of the environment; nil where it is not set or empty.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
