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
  /// What else happened in the leading window, or in the longest that was judged.
  package var symptoms: Symptoms?
  /// By how many nats slowing growth beats straight growth, and since when it grows (Unix time,
  /// seconds); nil where nothing grows or no telling is possible.
  package var shape: Shape?
  /// Most telling first.
  package var reasons: [String]

  package struct Shape: Hashable, Sendable {
    package var deceleration: Double
    package var onsetSeconds: Double
  }

  package static func insufficientData(_ missing: String) -> GrowthVerdict {
    GrowthVerdict(
      verdict: .insufficientData, flavour: nil, growing: nil, growth: GrowthFigures(),
      leading: nil, windows: [], symptoms: nil, shape: nil, reasons: [missing])
  }
}
