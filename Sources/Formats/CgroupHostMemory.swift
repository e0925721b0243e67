/// The host's RAM, the limit that stands above every cgroup's.
package enum CgroupHostMemory {
  /// `MemTotal` of `/proc/meminfo` in bytes (proc(5): the file says kB and means KiB).
  package static func parseTotal(_ meminfo: Span<UInt8>) throws(CgroupFileFault) -> UInt64 {
    try parse(meminfo, "MemTotal")
  }

  /// `MemAvailable`, what can be had without swapping, in bytes.
  package static func parseAvailable(
    _ meminfo: Span<UInt8>
  ) throws(CgroupFileFault) -> UInt64 {
    try parse(meminfo, "MemAvailable")
  }

  private static func parse(
    _ meminfo: Span<UInt8>, _ name: String
  ) throws(CgroupFileFault) -> UInt64 {
    let key = Array((name + ":").utf8)
    var line = 0
    var start = 0
    while start < meminfo.count {
      line += 1
      var end = start
      while end < meminfo.count, meminfo[end] != 0x0A { end += 1 }
      if hasPrefix(meminfo.extracting(start..<end), key) {
        return try bytes(meminfo.extracting((start + key.count)..<end), name, line: line)
      }
      start = end + 1
    }
    throw CgroupFileFault(.missingKey(name), line: 1)
  }

  private static func hasPrefix(_ line: Span<UInt8>, _ prefix: [UInt8]) -> Bool {
    if line.count < prefix.count { return false }
    for index in prefix.indices where line[index] != prefix[index] { return false }
    return true
  }

  /// `   24684084 kB`
  private static func bytes(
    _ text: Span<UInt8>, _ name: String, line: Int
  ) throws(CgroupFileFault) -> UInt64 {
    let value = text.extracting(CgroupNumber.trimmedRange(text))
    if value.isEmpty { throw CgroupFileFault(.missingValue(key: name), line: line) }
    var digits = 0
    while digits < value.count, value[digits] > 0x20 { digits += 1 }
    let kibibytes = try CgroupNumber.parse(value.extracting(0..<digits), line: line)
    let rest = value.extracting(digits..<value.count)
    let unit = CgroupFileFault.excerpt(rest.extracting(CgroupNumber.trimmedRange(rest)))
    if unit != "kB" { throw CgroupFileFault(.unknownUnit(unit), line: line) }
    let (bytes, overflowed) = kibibytes.multipliedReportingOverflow(by: 1024)
    if overflowed { throw CgroupFileFault(.tooLarge("\(kibibytes) kB"), line: line) }
    return bytes
  }
}
