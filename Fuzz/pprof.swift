// Modules: TimeSeries Formats

import Formats

/// Whatever comes in is read or refused in one line; what is read has no growth
/// against itself, in no function and no stack.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPprof(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let profile: HeapProfile
  do throws(ProfileFault) {
    profile = try HeapProfile(bytes.span)
  } catch {
    precondition(!error.description.unicodeScalars.contains("\n"))
    return 0
  }
  precondition(profile.measures.bytes != nil || profile.measures.objects != nil)
  for stack in profile.stacks {
    precondition(!stack.frames.isEmpty)
    precondition(stack.frames.allSatisfy { profile.frames.indices.contains(Int($0)) })
  }
  guard let same = try? HeapDifference(old: profile, new: profile) else {
    preconditionFailure("a profile cannot be compared with itself")
  }
  precondition(same.growers.isEmpty && same.shrinkers.isEmpty && same.callers.isEmpty)
  precondition(same.stacks.isEmpty && !same.hasSignificantGrowth)
  return 0
}
