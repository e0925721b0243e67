import Foundation
import Glibc
import LinuxSystem
import Testing

@Suite struct SecretFileTests {
  @Test(arguments: [0, 1, SecretFile.maximumByteCount])
  func readsTheWholeFile(count: Int) throws {
    try withTemporaryDirectory { directory in
      let bytes = [UInt8](repeating: 7, count: count)
      try Data(bytes).write(to: URL(filePath: directory + "/s"))
      #expect(try SecretFile.read(directory + "/s") == bytes)
    }
  }

  @Test func aFileTooLargeForASecretIsRefused() throws {
    try withTemporaryDirectory { directory in
      try Data(count: SecretFile.maximumByteCount + 1).write(to: URL(filePath: directory + "/s"))
      #expect(throws: SystemError(call: "read", subject: directory + "/s", errno: EFBIG)) {
        try SecretFile.read(directory + "/s")
      }
    }
  }

  @Test func aMissingFileAndADirectorySayWhy() throws {
    try withTemporaryDirectory { directory in
      #expect(throws: SystemError(call: "open", subject: directory + "/s", errno: ENOENT)) {
        try SecretFile.read(directory + "/s")
      }
      #expect(throws: SystemError(call: "read", subject: directory, errno: EISDIR)) {
        try SecretFile.read(directory)
      }
    }
  }
}
