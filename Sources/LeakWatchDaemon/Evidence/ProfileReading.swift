internal import Formats
internal import LinuxSystem

/// A profile of any kind that a service served, read within bounds: it is read on the daemon's one thread.
enum ProfileReading {
  /// Of what it unpacks to. Profiles of large Go services take one or two MiB.
  private static let longestBytes = 32 << 20
  private static let mostStacks = 100_000

  /// Why it cannot be used, in words.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  static func heap(_ bytes: [UInt8]) throws(Failure) -> HeapProfile {
    let profile = try read(bytes)
    guard profile.measures.bytes != nil else {
      throw Failure(description: "the profile does not measure bytes in use")
    }
    return profile
  }

  /// One without bytes, whose objects are goroutines.
  static func goroutines(_ bytes: [UInt8]) throws(Failure) -> HeapProfile {
    let profile = try read(bytes)
    guard profile.measures.bytes == nil, profile.measures.objects != nil else {
      throw Failure(description: "the profile does not count goroutines")
    }
    return profile
  }

  private static func read(_ bytes: [UInt8]) throws(Failure) -> HeapProfile {
    do {
      let plain = Gzip.isGzip(bytes) ? try Gzip.decompress(bytes, limit: longestBytes) : bytes
      let profile = try HeapProfile(plain.span)
      guard profile.stacks.count <= mostStacks else {
        throw Failure(
          description: "the profile has \(profile.stacks.count) stacks, more than the "
            + "\(mostStacks) that are compared")
      }
      return profile
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(description: "\(error)")
    }
  }
}
