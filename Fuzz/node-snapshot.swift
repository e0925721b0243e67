// Modules: TimeSeries Formats
// With: HeapProfileCheck.swift

import Formats

/// As any heap profile; and what holds what: the parts of a snapshot are as many bytes as the whole, and every
/// name in it has a way that ends; no suspect holds more than the whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNodeSnapshot(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  checkHeapProfile(data, size)
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let holdings = try? SnapshotHoldings(bytes.span),
    let held = try? holdings.profile(bytes.span)
  else { return 0 }
  if let shallow = try? HeapProfile(bytes.span), shallow.total.bytes < Int64(UInt32.max) {
    precondition(held.total.bytes == shallow.total.bytes)
  }
  for frame in held.frames.prefix(5) {
    let way = try? holdings.path(to: frame.site.name, bytes.span)
    precondition(way.map { $0.count <= 12 } ?? true)
  }
  if let search = try? SnapshotSuspects(bytes.span),
    let found = try? search.found(bytes.span, share: 0.05, limit: 10)
  {
    precondition(found.unreachableBytes >= 0 && found.unreachableBytes <= found.bytes)
    precondition(found.suspects.allSatisfy { $0.bytes > 0 && $0.bytes <= found.bytes })
    precondition(found.suspects.allSatisfy { !$0.path.isEmpty })
  }
  return 0
}
