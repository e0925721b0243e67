/// The host's RAM, the limit that stands above every cgroup's.
package enum CgroupHostMemory {
  /// `MemTotal` of `/proc/meminfo` in bytes (proc(5): the file says kB and means KiB).
  package static func parseTotal(_ meminfo: Span<UInt8>) throws(CgroupFileFault) -> UInt64 {
    for (index, line) in CgroupTextLines.split(meminfo).enumerated() {
      guard line.hasPrefix("MemTotal:") else { continue }
      let fields = line.split { $0 == " " || $0 == "\t" }
      guard fields.count > 1 else {
        throw CgroupFileFault(.missingValue(key: "MemTotal"), line: index + 1)
      }
      let number = Array(fields[1].utf8)
      let kibibytes = try CgroupNumber.parse(number.span, line: index + 1)
      let unit = fields.count > 2 ? String(fields[2]) : ""
      if unit != "kB" { throw CgroupFileFault(.unknownUnit(unit), line: index + 1) }
      let (bytes, overflowed) = kibibytes.multipliedReportingOverflow(by: 1024)
      if overflowed { throw CgroupFileFault(.tooLarge("\(kibibytes) kB"), line: index + 1) }
      return bytes
    }
    throw CgroupFileFault(.missingKey("MemTotal"), line: 1)
  }
}

/// Text files that are read once in a while, as lines; bytes that are not UTF-8 become U+FFFD.
enum CgroupTextLines {
  static func split(_ text: Span<UInt8>) -> [Substring] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for index in 0..<text.count { bytes.append(text[index]) }
    return String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\n" }
  }
}
