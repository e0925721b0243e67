package import Foundation
import Glibc

extension Pipe {
  /// A pipe of which a program that another test starts meanwhile holds no end.
  ///
  /// Whoever holds an end to write keeps the reader from ever seeing the end of its input.
  package static func closedInOthers() -> Pipe {
    let pipe = Pipe()
    for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
      _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    return pipe
  }
}
