private import Glibc

/// A gzip file unpacked beside itself, into a file that has no name, and mapped: hundreds of megabytes
/// of it are the page cache's, not this process' own memory.
@safe package final class UnpackedFile {
  package enum Failure: Error, CustomStringConvertible {
    case system(SystemError)
    case gzip(Gzip.Failure)

    package var description: String {
      switch self {
      case .system(let error): "\(error)"
      case .gzip(let failure): "\(failure)"
      }
    }
  }

  private static let roomBytes = 1 << 18

  private let bytes: UnsafeBufferPointer<UInt8>

  /// - Parameters:
  ///   - path: of a file with one gzip member.
  ///   - limit: most bytes that it may unpack to.
  package init(gzip path: String, limit: Int) throws(Failure) {
    let scratch: Int32
    do throws(SystemError) {
      scratch = try Self.scratch(beside: path)
    } catch {
      throw .system(error)
    }
    defer { close(scratch) }
    let count = try Self.unpack(path, to: scratch, limit)
    guard count > 0 else {
      unsafe bytes = UnsafeBufferPointer(start: nil, count: 0)
      return
    }
    let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, scratch, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .system(.last("mmap", on: path))
    }
    unsafe bytes = UnsafeBufferPointer(
      start: address.assumingMemoryBound(to: UInt8.self), count: count)
  }

  deinit {
    guard let base = unsafe bytes.baseAddress else { return }
    unsafe munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
  }

  /// - Parameter body: the span lives as long as the call.
  package func withBytes<Result, Problem: Error>(
    _ body: (Span<UInt8>) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    try body(unsafe bytes.span)
  }

  /// A file without a name in the same folder, gone with its descriptor.
  private static func scratch(beside path: String) throws(SystemError) -> Int32 {
    var name = Array((path + ".unpacked.XXXXXX").utf8CString)
    let descriptor = unsafe mkstemp(&name)
    if descriptor < 0 { throw .last("mkstemp", on: path) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unsafe unlink(name)
    return descriptor
  }

  private static func unpack(
    _ path: String, to descriptor: Int32, _ limit: Int
  ) throws(Failure) -> Int {
    do {
      return try unpacked(path, to: descriptor, limit)
    } catch let failure as Gzip.Failure {
      throw .gzip(failure)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      throw .gzip(.damaged(reason: "\(error)"))
    }
  }

  private static func unpacked(_ path: String, to descriptor: Int32, _ limit: Int) throws -> Int {
    let inflater = Inflater()
    var count = 0
    var pieces = try FilePieces(path)
    while true {
      let piece = try pieces.next()
      if piece.isEmpty { throw Gzip.Failure.truncated }
      var offset = 0
      while true {
        let step = inflater.step(piece, from: offset, room: roomBytes)
        offset += step.consumed
        count += step.produced.count
        if count > limit { throw Gzip.Failure.tooLarge(limit: limit) }
        try WholeFile.writeAll(step.produced, to: descriptor, subject: path)
        switch step.state {
        case .failed(let reason): throw Gzip.Failure.damaged(reason: reason)
        case .ended: return count
        case .going: break
        }
        // Output that does not fill its room is all that these bytes give.
        if offset == piece.count, step.produced.count < roomBytes { break }
      }
    }
  }
}
