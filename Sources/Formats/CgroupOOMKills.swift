/// Reads how many processes the kernel's OOM killer has ended: the key `oom_kill` of
/// `memory.events` (v2, the whole subtree), `memory.oom_control` (v1, the cgroup alone, since
/// kernel 4.13) and `/proc/vmstat` (the host).
package struct CgroupOOMKillsParser: Sendable {
  private let parser = CgroupFlatKeyedParser(keys: ["oom_kill"])
  private var values: [UInt64?] = [nil]

  package init() {}

  /// nil where this kernel has no such key.
  package mutating func parse(_ text: Span<UInt8>) throws(CgroupFileFault) -> UInt64? {
    if let fault = parser.parse(text, into: &values) { throw fault }
    return values[0]
  }
}
