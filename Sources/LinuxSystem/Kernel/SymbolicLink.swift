private import Glibc

/// Symbolic links as carriers of a text, which is how systemd and kubelet publish facts.
package enum SymbolicLink {
  /// What the link says, readlink(2); the target need not exist.
  package static func target(of path: String) throws(SystemError) -> String {
    var characters = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe readlink(path, &characters, characters.count)
    if length < 0 { throw .last("readlink", on: path) }
    return String(decoding: characters.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
