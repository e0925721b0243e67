// Modules: TimeSeries Formats

import Formats

/// However a dump is cut into pieces, the same is read, or it is refused; nothing counts below zero.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHprof(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let first = bytes.first else { return 0 }
  let body = Array(bytes.dropFirst())
  let whole = census(body, pieces: body.count)
  let parts = census(body, pieces: Int(first % 64) + 1)
  precondition(whole == parts)
  precondition(whole.values.allSatisfy { $0.bytes >= 0 && $0.objects >= 0 })
  return 0
}

/// By class; empty where the dump is refused.
private func census(_ bytes: [UInt8], pieces: Int) -> [String: StackCounts] {
  var reader = HprofReader()
  var counts: [String: StackCounts] = [:]
  do throws(ProfileFault) {
    var start = 0
    while start < bytes.count {
      let end = min(start + max(1, pieces), bytes.count)
      try reader.take(Array(bytes[start..<end]).span)
      start = end
    }
    let profile = try reader.finish()
    for stack in profile.stacks {
      counts[profile.frames[Int(stack.frames[0])].site.name] = stack.counts
    }
  } catch {
    precondition(!error.description.unicodeScalars.contains("\n"))
    return [:]
  }
  return counts
}
