internal import Formats
internal import LinuxSystem

/// A heap dump or snapshot on disk. A JVM's dump is read as often as its search needs, and never held; a Node
/// snapshot, whose search holds its nodes anyway, is unpacked at once.
struct HeapDumpFile {
  /// Of a Node snapshot, unpacked.
  private static let longestSnapshotBytes = 2 << 30

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
    var pieces = try FilePieces(path)
    let head = try pieces.next()
    let isPacked = Gzip.isGzip(head)
    let plainHead =
      isPacked ? Gzip.beginning(of: head, count: HeapProfileKind.headBytes) : head
    switch try HeapProfileKind.recognise(
      plainHead.span.extracting(first: HeapProfileKind.headBytes))
    {
    case .hprof where isPacked:
      throw Failure(description: "the heap dump is compressed: unpack it first with gunzip")
    case .hprof: return try dump(share: share, limit: limit)
    case .nodeSnapshot:
      let bytes = try WholeFile.read(path, limit: Self.longestSnapshotBytes)
      // LeakWatch keeps its own packed.
      let plain =
        isPacked ? try Gzip.decompress(bytes, limit: Self.longestSnapshotBytes) : bytes
      return try SnapshotSuspects(plain.span).found(plain.span, share: share, limit: limit)
    case let kind: throw Self.unfit(kind)
    }
  }

  private static func unfit(_ kind: HeapProfileKind) -> Failure {
    Failure(
      description: "a \(kind.title), and neither a JVM's heap dump nor a Node heap snapshot")
  }

  private func dump(share: Double, limit: Int) throws -> HeapSuspects {
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
}
