package import LinuxSystem

/// Why the state on disk cannot be used.
package enum StateError: Error, Equatable, CustomStringConvertible {
  /// A later version of LeakWatch wrote the file.
  case writtenByNewerVersion(path: String, found: Int, supported: Int)
  case database(DatabaseError)
  /// A damaged file could not be moved out of the way.
  case cannotSetAside(damage: DatabaseError, SystemError)
  /// A new file that is complete could not be put in the place of the old one.
  case cannotFinishRenewal(SystemError)

  package var description: String {
    switch self {
    case .writtenByNewerVersion(let path, let found, let supported):
      "\(path): has schema version \(found), this LeakWatch knows up to \(supported): install the "
        + "newer LeakWatch again, or move the file away to begin anew"
    case .database(let error) where error.reason == .notAccessible:
      "\(error): the directory must exist and be writable (StateDirectory=, or [state] directory)"
    case .database(let error) where error.reason == .busy:
      "\(error): another process holds it; is a second leakwatch running?"
    case .database(let error): "\(error)"
    case .cannotSetAside(let damage, let cause): "\(damage); it cannot be set aside: \(cause)"
    case .cannotFinishRenewal(let cause):
      "the state file was written anew and cannot be put in its place: \(cause)"
    }
  }
}
