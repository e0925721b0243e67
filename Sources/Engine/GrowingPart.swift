internal import TimeSeries

extension ServiceState {
  /// The kind of memory that makes up most of the present growth, by the kernel's name: "anon",
  /// "shmem", "kernel" or "sock". nil where nothing grows or none stands out.
  ///
  /// Compares the lines through the newest buckets; a part is named when it has at least half of
  /// all growth.
  func growingPart() -> String? {
    let slopes = Self.parts.compactMap { signal, name -> (name: String, slope: Double)? in
      guard let slope = recentSlope(signal), slope > 0 else { return nil }
      return (name, slope)
    }
    let total = slopes.reduce(0) { $0 + $1.slope }
    guard let largest = slopes.max(by: { $0.slope < $1.slope }) else { return nil }
    return largest.slope >= total / 2 ? largest.name : nil
  }

  private static let parts: [(Signal, String)] = [
    (.memoryAnon, "anon"), (.memoryShmem, "shmem"), (.kernelUnreclaimable, "kernel"),
    (.memorySock, "sock"),
  ]

  private func recentSlope(_ signal: Signal) -> Double? {
    guard let window = windows[signal], let origin = window.lastSample?.timestamp else {
      return nil
    }
    let span = TimeSpan(milliseconds: window.shape.bucketWidth.milliseconds * 4)
    return window.moments(since: origin - span, origin: origin).slope
  }
}
