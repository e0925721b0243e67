private import Glibc

/// How many descriptors this process may hold, getrlimit(2) RLIMIT_NOFILE.
package enum DescriptorLimit {
  /// Raises the soft limit to the hard one and returns what stands then.
  ///
  /// The soft limit is low by tradition, for programs that call select(2); nothing here does.
  package static func raise() throws(SystemError) -> Int {
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      throw .last("getrlimit", on: "RLIMIT_NOFILE")
    }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
        limit = raised
      }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
