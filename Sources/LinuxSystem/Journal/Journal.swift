private import CSystemd
private import Glibc

/// The systemd journal, through its native protocol (sd_journal_sendv(3)): fields, not lines.
package struct Journal: Sendable {
  /// One field of a record: the name in capitals, digits and underscores, not beginning with an
  /// underscore or digit (journald drops others); the value may hold newlines.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init() {}

  /// Whether this process's standard error already ends in the journal: $JOURNAL_STREAM holds
  /// device and inode of the socket, and a redirected descriptor no longer has them
  /// (systemd.exec(5)).
  package static var ownsStandardError: Bool {
    guard let variable = unsafe getenv("JOURNAL_STREAM") else { return false }
    var status = stat()
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return unsafe String(cString: variable) == "\(status.st_dev):\(status.st_ino)"
  }

  /// Whether a journal takes records on this machine. `sd_journal_sendv` cannot tell: it answers
  /// 0 where the socket is missing.
  package static var exists: Bool {
    connects(to: "/run/systemd/journal/socket")
  }

  /// Writes one record. Throws what the kernel answered: ECONNREFUSED where the journal has gone,
  /// ENOENT where there never was one.
  package func send(_ fields: [Field]) throws(SystemError) {
    guard Self.exists else {
      throw SystemError(call: "sd_journal_sendv", subject: "", errno: ENOENT)
    }
    let assignments = fields.map { Array("\($0.name)=\($0.value)".utf8) }
    let result = unsafe Self.withVectors(of: assignments) { vectors in
      unsafe sd_journal_sendv(vectors.baseAddress, Int32(vectors.count))
    }
    if result < 0 { throw SystemError(call: "sd_journal_sendv", subject: "", errno: -result) }
  }

  /// Lends `iovec`s that point into one joined copy of `assignments`.
  private static func withVectors(
    of assignments: [[UInt8]], _ body: (UnsafeBufferPointer<iovec>) -> Int32
  ) -> Int32 {
    var joined = Array(assignments.joined())
    return unsafe joined.withUnsafeMutableBytes { bytes in
      var offset = 0
      let vectors = unsafe assignments.map { assignment in
        defer { offset += assignment.count }
        return unsafe iovec(
          iov_base: bytes.baseAddress?.advanced(by: offset), iov_len: assignment.count)
      }
      return unsafe vectors.withUnsafeBufferPointer { unsafe body($0) }
    }
  }

  private static func connects(to path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      unsafe field.copyBytes(from: path.utf8.prefix(field.count - 1))
    }
    return unsafe withUnsafeBytes(of: &address) { bytes in
      let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      return unsafe connect(descriptor, base, socklen_t(bytes.count)) == 0
    }
  }
}
