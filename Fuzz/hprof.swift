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
  let found = suspects(body, pieces: body.count)
  precondition(found == suspects(body, pieces: Int(first % 64) + 1))
  if let found {
    precondition(found.unreachableBytes >= 0 && found.unreachableBytes <= found.bytes)
    precondition(found.suspects.allSatisfy { $0.bytes > 0 && $0.bytes <= found.bytes })
  }
  return 0
}

/// nil where the dump is refused.
private func suspects(_ bytes: [UInt8], pieces: Int) -> HeapSuspects? {
  var search = HprofSuspects()
  do throws(ProfileFault) {
    for _ in 0..<HprofSuspects.passes {
      for start in stride(from: 0, to: bytes.count, by: max(1, pieces)) {
        try search.take(Array(bytes[start..<min(start + max(1, pieces), bytes.count)]))
      }
      try search.finishPass()
    }
  } catch {
    return nil
  }
  return search.result
}

/// By class; empty where the dump is refused.
private func census(_ bytes: [UInt8], pieces: Int) -> [String: StackCounts] {
  var reader = HprofReader()
  var counts: [String: StackCounts] = [:]
  do throws(ProfileFault) {
    var start = 0
    while start < bytes.count {
      let end = min(start + max(1, pieces), bytes.count)
      try reader.take(Array(bytes[start..<end]))
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
