internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// A trace file as it lies on disk, read whole.
struct RecordedTrace {
  private static let longestBytes = 1 << 30

  struct Failure: Error, CustomStringConvertible {
    var description: String
    /// CSV of another kind: its first line names no time.
    var isOtherTable = false
  }

  var service: ServiceName
  var rows: [TraceRow]
  /// The first row or cell that was left out, with its place, and how many more there are.
  var fault: String?

  /// - Throws: why the file is no trace, beginning with its path.
  init(path: String) throws(Failure) {
    let bytes = try Self.contents(path)
    do throws(ParseError) {
      let file = try TraceFile(bytes.span)
      rows = file.rows
      fault = file.errors.first.map { first in
        let more = file.errorCount - 1
        return "\(path):\(first): left out" + (more > 0 ? ", and \(more) more like it" : "")
      }
    } catch {
      throw Failure(
        description: "\(path):\(error)", isOtherTable: Self.isOtherTable(bytes))
    }
    service = ServiceName(Self.stem(path))
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

  private static func isOtherTable(_ bytes: [UInt8]) -> Bool {
    let header = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return header.contains(",") && !header.contains("t_seconds")
  }

  /// "web" of "traces/web.csv.gz".
  static func stem(_ path: String) -> String {
    var name = String(path.split(separator: "/").last ?? "")
    for ending in [".gz", ".csv"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }
}
