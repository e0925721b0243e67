// Modules: TimeSeries Formats
// Program: reads a file of documents, each as its length in decimal, a line feed and its bytes, and
// prints a line for each: "ok", or the first error. Driven by openmetrics-differential.py.

import Formats
import Glibc

@main struct OpenMetricsVerdicts {
  static func main() {
    let bytes = contents(of: CommandLine.arguments[1])
    var position = 0
    while position < bytes.count {
      let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
      let count = Int(String(decoding: bytes[position..<end], as: UTF8.self)) ?? 0
      let document = Array(bytes[end + 1..<end + 1 + count])
      let report = OpenMetricsValidator.validate(document.span)
      print(report.errors.first?.description ?? "ok")
      position = end + 1 + count
    }
  }

  private static func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}
