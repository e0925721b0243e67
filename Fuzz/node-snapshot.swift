// Modules: TimeSeries Formats

import Formats

/// Whatever comes in is read or refused in one line; what is read counts nothing below zero, and has
/// no growth against itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNodeSnapshot(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let profile: HeapProfile
  do throws(ProfileFault) {
    profile = try HeapProfile(bytes.span)
  } catch {
    precondition(!error.description.unicodeScalars.contains("\n"))
    return 0
  }
  for stack in profile.stacks {
    precondition(stack.frames.allSatisfy { profile.frames.indices.contains(Int($0)) })
    precondition(
      profile.kind == .pprof || (stack.counts.bytes >= 0 && stack.counts.objects >= 0))
  }
  guard let same = try? HeapDifference(old: profile, new: profile) else {
    preconditionFailure("a profile cannot be compared with itself")
  }
  precondition(same.growers.isEmpty && same.shrinkers.isEmpty && same.stacks.isEmpty)
  return 0
}
