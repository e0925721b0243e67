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
    do {
      profile = try Self.read(path)
    } catch let error as SystemError {
      throw Failure(description: "\(path): \(error.reason)")
    } catch {
      throw Failure(description: "\(path): \(error)")
    }
    modifiedAt = path == "-" ? nil : try? FileAttributes(of: path).modifiedAt
  }

  private static func read(_ path: String) throws -> HeapProfile {
    var pieces = try FilePieces(path)
    var bytes: [UInt8] = []
    // A pipe may give a few bytes only.
    while bytes.count < HeapProfileKind.headBytes {
      let piece = try pieces.next()
      if piece.isEmpty { break }
      bytes += piece
    }
    if bytes.span.begins(with: HeapProfileKind.heapDumpHead) {
      return try heapDump(bytes, &pieces)
    }
    while true {
      let piece = try pieces.next()
      if piece.isEmpty { break }
      bytes += piece
      if bytes.count > longestBytes {
        throw Failure(description: "the file is longer than the \(longestBytes) bytes allowed")
      }
    }
    let plain = Gzip.isGzip(bytes) ? try Gzip.decompress(bytes, limit: longestBytes) : bytes
    return try HeapProfile(plain.span)
  }

  /// Never held whole: dumps are as large as heaps.
  private static func heapDump(
    _ head: [UInt8], _ pieces: inout FilePieces
  ) throws -> HeapProfile {
    var reader = HprofReader()
    var piece = head
    while !piece.isEmpty {
      try reader.take(piece)
      piece = try pieces.next()
    }
    return try reader.finish()
  }
}
