private import Glibc

/// Opens sockets that listen. Close what you get.
package enum ListeningSocket {
  package static let backlog: Int32 = 64

  /// SOCK_STREAM, which Glibc's module does not show in every build.
  private static let stream: Int32 = 1

  /// Listens at an IP address and port.
  ///
  /// - Parameter host: numeric, without brackets; "localhost" and names below it are 127.0.0.1.
  /// - Throws: `EADDRINUSE` where another process listens there, `EADDRNOTAVAIL` where this host has
  ///   no such address, `EINVAL` for what is no address.
  package static func tcp(host: String, port: Int) throws(SystemError) -> Int32 {
    let isName = host == "localhost" || host.hasSuffix(".localhost")
    let numeric = isName ? "127.0.0.1" : host
    let subject = numeric.contains(":") ? "[\(numeric)]:\(port)" : "\(numeric):\(port)"
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    four.sin_port = in_port_t(port).bigEndian
    if unsafe inet_pton(AF_INET, numeric, &four.sin_addr) == 1 {
      return try listen(family: AF_INET, at: four, subject)
    }
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = in_port_t(port).bigEndian
    guard unsafe inet_pton(AF_INET6, numeric, &six.sin6_addr) == 1 else {
      throw SystemError(call: "bind", subject: subject, errno: EINVAL)
    }
    return try listen(family: AF_INET6, at: six, subject)
  }

  /// Listens in the file system, where everybody who reaches the path may connect. What is left at
  /// that path by a process that did not end in peace is removed.
  ///
  /// - Throws: also where another process answers at that path already (`EADDRINUSE`).
  package static func local(path: String) throws(SystemError) -> Int32 {
    guard let address = LocalAddress(path: path) else {
      throw SystemError(call: "bind", subject: path, errno: ENAMETOOLONG)
    }
    if LocalClient.isAnswered(at: address) {
      throw SystemError(call: "bind", subject: path, errno: EADDRINUSE)
    }
    guard isSocketOrNothing(path) else {
      throw SystemError(call: "bind", subject: path, errno: EEXIST)
    }
    unsafe unlink(path)
    let descriptor = try LocalAddress.openSocket(flags: O_NONBLOCK)
    guard unsafe address.apply(bind, to: descriptor) == 0, unsafe chmod(path, 0o666) == 0,
      Glibc.listen(descriptor, backlog) == 0
    else {
      let error = SystemError.last("bind", on: path)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Removes the socket at `path`, which is ours.
  package static func remove(path: String) { unsafe unlink(path) }

  /// A file of somebody's must not fall to a wrong path in a configuration.
  private static func isSocketOrNothing(_ path: String) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return true }
    return status.st_mode & S_IFMT == S_IFSOCK
  }

  private static func listen<Address>(
    family: Int32, at address: Address, _ subject: String
  ) throws(SystemError) -> Int32 {
    let descriptor = socket(family, stream | O_CLOEXEC | O_NONBLOCK, 0)
    if descriptor < 0 { throw .last("socket", on: subject) }
    var isOn: Int32 = 1
    // A restart must not wait for the connections of its predecessor to be forgotten.
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
    let result = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0, Glibc.listen(descriptor, backlog) == 0 else {
      let error = SystemError.last("bind", on: subject)
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
