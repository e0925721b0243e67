private import Glibc

/// The processors of this machine.
package enum Processors {
  /// How many this process may run on, at least 1: what `taskset` and a cpuset leave of them.
  package static var available: Int {
    max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }
}
