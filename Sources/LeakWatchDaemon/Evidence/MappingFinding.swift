internal import Alerting
internal import Formats
internal import TimeSeries

/// What two lists of a process' mappings say: which kind of memory grew. Whether it is kept for good
/// they cannot say, so their bearing is undecided.
struct MappingFinding {
  let difference: HeapDifference
  let span: TimeSpan

  /// - Parameters:
  ///   - top: what grew most, where that is a finding.
  ///   - least: bytes that would have been one.
  func sentence(top: HeapDifference.Site?, least: Double) -> String {
    guard let top else {
      return "no mapping of its largest process grew by \(ByteCount(least)) or more in \(span) "
        + "(\(DiffText.signedBytes(difference.total.bytes.delta)) in all): what grows is in another "
        + "process, or in the kernel's own account"
    }
    let share = difference.share(of: top.flat).map { ", \(Percentage($0)) of what grew" } ?? ""
    return "of the mappings of its largest process \(top.name) hold "
      + "\(DiffText.signedBytes(top.flat.bytes.delta)) more than \(span) before\(share)"
      + Self.meaning(top.name)
  }

  private static func meaning(_ name: String) -> String {
    switch name {
    case "[heap]", SmapsReader.arenas:
      return ": blocks of malloc, so look at what native code allocates (heaptrack, or jemalloc's "
        + "profiler)"
    case SmapsReader.anonymous:
      return ": a runtime's heap, or large blocks of malloc"
    case _ where name.hasPrefix("[stack") || name.hasPrefix("[anon:stack"):
      return ": stacks, so count its threads"
    case _ where name.hasPrefix("shared memory"):
      return ": it is counted until the file is removed"
    default: return ""
    }
  }
}
