internal import Detectors

/// A verdict as the table words it.
enum VerdictText {
  static func cell(_ verdict: Verdict?, _ flavour: Flavour?) -> TextTable.Cell {
    guard let verdict else { return .init("no samples", .faint) }
    guard verdict.isAlerting else {
      return .init(name(verdict), verdict == .insufficientData ? .faint : .plain)
    }
    let name = name(verdict)
    let detail = flavour.map(Self.name)
    let text = detail.map { $0 == name ? name : "\(name) (\($0))" } ?? name
    return .init(text, verdict == .leak ? .alarm : .caution)
  }

  static func name(_ verdict: Verdict) -> String {
    switch verdict {
    case .warmup: "warm-up"
    default: words(verdict.rawValue)
    }
  }

  private static func name(_ flavour: Flavour) -> String {
    switch flavour {
    case .trueLeak: "true"
    case .unboundedCache: "unbounded"
    case .shmem: "shared memory"
    default: words(flavour.rawValue)
    }
  }

  private static func words(_ name: String) -> String {
    String(name.map { $0 == "_" ? " " : $0 })
  }
}
