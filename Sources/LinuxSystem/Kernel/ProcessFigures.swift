private import Glibc

/// What this process takes of its host, as the kernel accounts for it. Unknown is nil, never 0.
package struct ProcessFigures: Hashable, Sendable {
  package var residentBytes: Double?
  /// Of the resident memory what is backed by no file.
  package var anonymousBytes: Double?
  package var virtualBytes: Double?
  /// User and system, all threads.
  package var cpuSeconds: Double
  package var openDescriptors: Int?
  package var maximumDescriptors: Double?

  package init(
    residentBytes: Double? = nil, anonymousBytes: Double? = nil, virtualBytes: Double? = nil,
    cpuSeconds: Double, openDescriptors: Int? = nil, maximumDescriptors: Double? = nil
  ) {
    self.residentBytes = residentBytes
    self.anonymousBytes = anonymousBytes
    self.virtualBytes = virtualBytes
    self.cpuSeconds = cpuSeconds
    self.openDescriptors = openDescriptors
    self.maximumDescriptors = maximumDescriptors
  }

  /// As of now.
  package static func read() -> ProcessFigures {
    let status = (try? WholeFile.read("/proc/self/status", limit: 1 << 16)) ?? []
    var figures = ProcessFigures(
      cpuSeconds: Double(SystemClock.processCPUNanoseconds()) / 1e9)
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
      guard words.count == 3, words[2] == "kB", let kibibytes = Double(words[1]) else { continue }
      switch words[0] {
      case "VmRSS": figures.residentBytes = kibibytes * 1024
      case "RssAnon": figures.anonymousBytes = kibibytes * 1024
      case "VmSize": figures.virtualBytes = kibibytes * 1024
      default: break
      }
    }
    // One of them is the directory that is being read.
    figures.openDescriptors = (try? DirectoryEntry.list("/proc/self/fd", .symbolicLink))
      .map { max(0, $0.count - 1) }
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      figures.maximumDescriptors = Double(limit.rlim_cur)
    }
    return figures
  }
}
