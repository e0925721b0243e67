internal import TimeSeries

/// Reads /proc/PID/smaps, proc(5): what a process' memory is, by the kernel's account.
///
///     7f2b64000000-7f2b64800000 rw-p 00000000 00:00 0
///     Size:               8192 kB
///     Rss:                8000 kB
///     …
///
/// Counted is what cannot be dropped: of anonymous memory what is resident or swapped out, of a
/// file what the process wrote for itself alone. Pages of files that the kernel can read again are not.
package struct SmapsReader {
  /// What glibc's malloc reserves for each arena but the first (HEAP_MAX_SIZE), and aligns it to.
  private static let arenaBytes: UInt64 = 64 << 20
  package static let arenas = "arenas of malloc"
  package static let anonymous = "anonymous mappings"

  private struct Mapping {
    var name: String
    /// Whether its pages are counted whole, or only those that the process changed.
    var isMemory: Bool
    var bytes: [Substring: Int64] = [:]
  }

  private var builder = HeapProfileBuilder(
    .smaps, measures: ProfileMeasures(bytes: "resident or swapped", objects: "mappings"))
  private var current: Mapping?

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var reader = SmapsReader()
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      try reader.take(bytes.text(start..<end), number)
      start = end + 1
    }
    reader.close()
    let profile = reader.builder.build()
    guard !profile.stacks.isEmpty else { throw ProfileFault(.file, "smaps without a mapping") }
    return profile
  }

  /// Whether a text begins as the file does: a mapping, then its size.
  static func isSmaps(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", maxSplits: 2)
    return lines.count >= 2 && mapping(lines[0]) != nil && lines[1].hasPrefix("Size:")
  }

  private mutating func take(_ text: String, _ number: Int) throws(ProfileFault) {
    if text.isEmpty { return }
    if let mapping = Self.mapping(text[...]) {
      close()
      current = mapping
      return
    }
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard current != nil, let key = words.first, key.hasSuffix(":") else {
      throw ProfileFault(.line(number, column: 1), "expected a mapping or one of its figures")
    }
    guard words.count == 3, words[2] == "kB" else { return }
    guard let kibibytes = Int64(words[1]), (0...1 << 43).contains(kibibytes) else {
      throw ProfileFault(.line(number, column: 1), "\"\(words[1])\" is no number of kB")
    }
    current?.bytes[key.dropLast()] = kibibytes << 10
  }

  private mutating func close() {
    guard let mapping = current else { return }
    current = nil
    let resident = mapping.bytes[mapping.isMemory ? "Rss" : "Anonymous"] ?? 0
    let counted = resident + (mapping.bytes["Swap"] ?? 0)
    builder.add(name: mapping.name, StackCounts(bytes: counted, objects: 1))
  }

  /// nil for a line that is none.
  private static func mapping(_ line: Substring) -> Mapping? {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count >= 5, fields[1].utf8.count == 4 else { return nil }
    let ends = fields[0].split(separator: "-").map { UInt64($0, radix: 16) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first < last,
      UInt64(fields[2], radix: 16) != nil
    else { return nil }
    let path = fields.count == 6 ? fields[5].drop { $0 == " " } : ""
    if path.isEmpty {
      let isArena = first % arenaBytes == 0 && last - first <= arenaBytes
      return Mapping(name: isArena ? arenas : anonymous, isMemory: true)
    }
    if path.hasPrefix("[") { return Mapping(name: String(path), isMemory: true) }
    let sharedMemory = ["/dev/shm/", "/memfd:", "/SYSV", "/dev/zero"]
    if sharedMemory.contains(where: { path.hasPrefix($0) }) {
      return Mapping(name: "shared memory \(path)", isMemory: true)
    }
    return Mapping(name: "data of \(path)", isMemory: false)
  }
}
