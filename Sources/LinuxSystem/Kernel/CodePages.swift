private import Glibc

/// The code of this process, its own and its libraries', in memory.
package enum CodePages {
  /// Unmaps all of it: what runs on is mapped again from the page cache as it is met, and what only the
  /// start needed, most of it, stays away. It costs some hundred page faults.
  ///
  /// Code alone, as /proc/self/maps tells it: read-only data may hold what the dynamic linker has
  /// written there.
  package static func unmap() {
    guard let bytes = try? WholeFile.read("/proc/self/maps", limit: 4 << 20) else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 5)
      guard fields.count == 6, fields[1] == "r-xp",
        fields[5].drop(while: { $0 == " " }).first == "/"
      else { continue }
      let ends = fields[0].split(separator: "-").map { UInt($0, radix: 16) }
      guard ends.count == 2, let start = ends[0], let end = ends[1], end > start else { continue }
      // A refusal costs memory and nothing else.
      _ = unsafe madvise(
        UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
    }
  }
}
