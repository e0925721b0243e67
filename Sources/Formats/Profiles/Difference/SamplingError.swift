internal import func Glibc.exp

/// How far a difference of sampled profiles may be wrong by chance alone.
///
/// A sampler takes a block of s bytes with the probability p = 1 − exp(−s / period) and writes what
/// it took divided by p. A sum over n such blocks has the variance n s² (1 − p) / p, which for small
/// blocks is bytes × period. What lives in both profiles is the same sample in both and adds
/// nothing: only blocks that came or went in between do. Where the profile counts all allocations
/// too, these are known to be no more than what was allocated and what was freed since; where it
/// does not, everything may have been replaced.
enum SamplingError {
  /// Standard deviations that a growth must exceed: with thousands of sites, two would name some
  /// by chance.
  static let significantDeviations = 3.0

  /// Of the change of one stack, in bytes².
  static func variance(_ counts: GrownCounts, _ measures: ProfileMeasures) -> Double {
    guard let period = measures.samplingPeriodBytes, period > 1 else { return 0 }
    var came = Double(counts.new.bytes)
    var went = Double(counts.old.bytes)
    if measures.allocatedBytes != nil {
      let allocated =
        Double(counts.new.allocatedBytes) - Double(counts.old.allocatedBytes)
      came = min(came, allocated)
      went = min(went, allocated - (Double(counts.new.bytes) - Double(counts.old.bytes)))
    }
    return perByte(counts.new, period) * max(0, came) + perByte(counts.old, period) * max(0, went)
  }

  /// Variance for each byte in use: s (1 − p) / p = s / (exp(s / period) − 1), at most the period.
  private static func perByte(_ counts: StackCounts, _ period: Double) -> Double {
    guard counts.objects > 0, counts.bytes > 0 else { return period }
    let size = Double(counts.bytes) / Double(counts.objects)
    let growth = exp(size / period) - 1
    return growth > 0 ? min(period, size / growth) : period
  }
}
