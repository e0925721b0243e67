internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// A heap profile as it lies on disk, plain or gzip.
struct ProfileFile {
  /// Of the file and of what it unpacks to: a snapshot of a large heap fits, a bomb does not.
  private static let longestBytes = 2 << 30

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  var profile: HeapProfile
  /// When the file was last written; nil for standard input.
  var modifiedAt: Timestamp?

  /// - Throws: why the file is no profile, beginning with its path.
  init(path: String) throws(Failure) {
    let bytes = try Self.contents(path)
    do throws(ProfileFault) {
      profile = try HeapProfile(bytes.span)
    } catch {
      throw Failure(description: "\(path): \(error)")
    }
    modifiedAt = path == "-" ? nil : try? FileAttributes(of: path).modifiedAt
  }

  private static func contents(_ path: String) throws(Failure) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try WholeFile.read(path, limit: longestBytes)
    } catch {
      throw Failure(description: "\(path): \(error.reason)")
    }
    guard Gzip.isGzip(bytes) else { return bytes }
    do throws(Gzip.Failure) {
      return try Gzip.decompress(bytes, limit: longestBytes)
    } catch {
      throw Failure(description: "\(path): \(error)")
    }
  }
}
