package import TimeSeries

/// Which Prometheus the PromQL rules agree with: its range selectors and the order in which
/// `rate` bounds its extrapolation changed over time.
package enum PromQLDialect: Hashable, Sendable {
  /// 2.x as Debian 12 ships it: ranges include both edges.
  case prometheus2
  /// 3.x: a sample exactly on the older edge is outside.
  case prometheus3

  package var rangeBounds: RangeBounds {
    switch self {
    case .prometheus2: .closed
    case .prometheus3: .leftOpen
    }
  }
}
