/// The JVM that a process has loaded, by the libraries that /proc/PID/maps names.
package enum MappedRuntime: String, Hashable, Sendable {
  /// OpenJDK's, which answers on a socket after SIGQUIT.
  case hotspot
  /// Eclipse's, which attaches in another way.
  case openj9

  /// nil where no JVM is loaded. Only mappings that may be executed count: a library that is merely
  /// read, by a package manager for one, is no JVM.
  package init?(maps: [UInt8]) {
    var found: MappedRuntime?
    for line in maps.split(separator: UInt8(ascii: "\n")) {
      // address, permissions, offset, device, inode, path
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard fields.count == 6, fields[1].contains(UInt8(ascii: "x")) else { continue }
      var path = String(decoding: fields[5], as: UTF8.self).drop { $0 == " " }
      // A JDK that was upgraded under a running service.
      if path.hasSuffix(" (deleted)") { path = path.dropLast(10) }
      let name = path.split(separator: "/").last ?? ""
      if name.hasPrefix("libj9vm") { found = .openj9 }
      if name == "libjvm.so", found == nil { found = .hotspot }
    }
    guard let found else { return nil }
    self = found
  }
}
