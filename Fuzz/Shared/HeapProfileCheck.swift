import Formats

/// What must hold of whatever comes in as a heap profile: it is read, or refused in one line; what is
/// read counts nothing below zero, and has no growth against itself.
func checkHeapProfile(_ data: UnsafePointer<UInt8>?, _ size: Int) {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let profile: HeapProfile
  do throws(ProfileFault) {
    profile = try HeapProfile(bytes.span)
  } catch {
    precondition(!error.description.unicodeScalars.contains("\n"))
    return
  }
  precondition(profile.measures.bytes != nil || profile.measures.objects != nil)
  for stack in profile.stacks {
    precondition(stack.frames.allSatisfy { profile.frames.indices.contains(Int($0)) })
    // The samples of one pprof may already be a difference; each of its stacks has a frame.
    precondition(
      profile.kind == .pprof
        ? !stack.frames.isEmpty : stack.counts.bytes >= 0 && stack.counts.objects >= 0)
  }
  guard let same = try? HeapDifference(old: profile, new: profile) else {
    preconditionFailure("a profile cannot be compared with itself")
  }
  precondition(same.growers.isEmpty && same.shrinkers.isEmpty && same.callers.isEmpty)
  precondition(same.buildChanges.isEmpty)
  precondition(same.stacks.isEmpty && !same.hasSignificantGrowth)
}
