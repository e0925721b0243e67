package import TimeSeries

/// What LeakWatch says of a service's memory. The raw value is the name in JSON.
package enum Verdict: String, CaseIterable, Hashable, Sendable {
  case leak, cache, fragmentation
  case steady, warmup, load, step, seasonal
  case pageCache = "page_cache"
  case insufficientData = "insufficient_data"

  /// Whether it may raise an alert.
  package var isAlerting: Bool {
    switch self {
    case .leak, .cache, .fragmentation: true
    default: false
    }
  }
}

/// What kind of growth it is. The raw value is the name in JSON.
package enum Flavour: String, CaseIterable, Hashable, Sendable {
  case trueLeak = "true_leak"
  case unboundedCache = "unbounded_cache"
  case fragmentation, native, kernel, shmem, socket, handle, unknown
}

/// The verdict on one service at one moment, with everything that it rests on.
package struct GrowthVerdict: Hashable, Sendable {
  package var verdict: Verdict
  package var flavour: Flavour?
  /// Which memory grows, by the kernel's or the runtime's name: "heap", "anon", "shmem", …
  package var growing: String?
  package var growth: GrowthFigures
  /// The window that the figures come from; nil where nothing was judged.
  package var leading: WindowAssessment?
  /// Every window of every signal, in the order of judgement.
  package var windows: [WindowAssessment]
  /// Most telling first.
  package var reasons: [String]

  package static func insufficientData(_ missing: String) -> GrowthVerdict {
    GrowthVerdict(
      verdict: .insufficientData, flavour: nil, growing: nil, growth: GrowthFigures(),
      leading: nil, windows: [], reasons: [missing])
  }
}
