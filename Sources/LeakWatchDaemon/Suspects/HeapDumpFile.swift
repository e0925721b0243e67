internal import Formats
internal import LinuxSystem

/// A heap dump on disk, which is read as often as its search needs.
struct HeapDumpFile {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let path: String

  /// - Throws: why there is nothing to be found, beginning with the path.
  func suspects(share: Double, limit: Int) throws(Failure) -> HeapSuspects {
    do {
      return try search(share: share, limit: limit)
    } catch let error as SystemError {
      throw Failure(description: "\(path): \(error.reason)")
    } catch {
      throw Failure(description: "\(path): \(error)")
    }
  }

  private func search(share: Double, limit: Int) throws -> HeapSuspects {
    let size = try FileAttributes(of: path).size
    var search = HprofSuspects(share: share, limit: limit)
    var progress = ProgressLine()
    defer { progress.clear() }
    for pass in 0..<HprofSuspects.passes {
      var pieces = try FilePieces(path)
      var done: Int64 = 0
      while true {
        let piece = try pieces.next()
        if piece.isEmpty { break }
        if pass == 0, done == 0 { try check(piece) }
        try search.take(piece)
        done += Int64(piece.count)
        let read = Int(100 * (Int64(pass) * size + min(done, size)) / max(1, size))
        progress.draw { _ in
          "\(ProgressBar.text(read, of: 100 * HprofSuspects.passes)) pass \(pass + 1) of "
            + "\(HprofSuspects.passes) over the heap dump"
        }
      }
      try search.finishPass()
    }
    guard let result = search.result else { throw Failure(description: "nothing was found") }
    return result
  }

  private func check(_ piece: [UInt8]) throws {
    if Gzip.isGzip(piece) {
      throw Failure(description: "the heap dump is compressed: unpack it first with gunzip")
    }
    let kind = try HeapProfileKind.recognise(
      piece.span.extracting(first: HeapProfileKind.headBytes))
    guard kind == .hprof else {
      throw Failure(description: "a \(kind.title), not a JVM's heap dump")
    }
  }
}
