internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// A trace file as it lies on disk, read whole.
struct RecordedTrace {
  private static let longestBytes = 1 << 30

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  var service: ServiceName
  var rows: [TraceRow]
  /// Rows and cells that were left out, with their place.
  var faults: [String]

  /// - Throws: why the file is no trace, beginning with its path.
  init(path: String) throws {
    var bytes = try WholeFile.read(path, limit: Self.longestBytes)
    if Gzip.isGzip(bytes) {
      do {
        bytes = try Gzip.decompress(bytes, limit: Self.longestBytes)
      } catch {
        throw Failure(description: "\(path): \(error)")
      }
    }
    do {
      let file = try TraceFile(bytes.span)
      rows = file.rows
      faults = file.errors.map { "\(path):\($0): left out" }
      let unlisted = file.errorCount - file.errors.count
      if unlisted > 0 { faults.append("\(path): and \(unlisted) more faults") }
    } catch {
      throw Failure(description: "\(path):\(error)")
    }
    service = ServiceName(Self.stem(path))
  }

  /// "web" of "traces/web.csv.gz".
  private static func stem(_ path: String) -> String {
    var name = String(path.split(separator: "/").last ?? "")
    for ending in [".gz", ".csv"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }
}
