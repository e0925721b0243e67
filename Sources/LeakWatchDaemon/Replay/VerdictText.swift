internal import Detectors

/// A verdict as the table words it.
enum VerdictText {
  static func cell(_ verdict: Verdict?, _ flavour: Flavour?) -> TextTable.Cell {
    guard let verdict else { return .init("no samples", .faint) }
    guard verdict.isAlerting else {
      return .init(name(verdict), verdict == .insufficientData ? .faint : .plain)
    }
    return .init(alerting(verdict, flavour), verdict == .leak ? .alarm : .caution)
  }

  private static func alerting(_ verdict: Verdict, _ flavour: Flavour?) -> String {
    switch (verdict, flavour) {
    case (_, nil), (.fragmentation, .fragmentation): name(verdict)
    case (.leak, .trueLeak): "true leak"
    case (.cache, .unboundedCache): "unbounded cache"
    case (_, .unknown): "\(name(verdict)) (kind unknown)"
    case (_, .shmem): "\(name(verdict)) (shared memory)"
    case (_, .some(let flavour)): "\(name(verdict)) (\(words(flavour.rawValue)))"
    }
  }

  static func name(_ verdict: Verdict) -> String {
    switch verdict {
    case .warmup: "warm-up"
    default: words(verdict.rawValue)
    }
  }

  private static func words(_ name: String) -> String {
    String(name.map { $0 == "_" ? " " : $0 })
  }
}
