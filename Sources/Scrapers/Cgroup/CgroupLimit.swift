/// A limit as it stands for one cgroup: the least over its ancestors and itself.
struct CgroupLimit: Hashable {
  /// nil where none of those read so far sets one.
  private(set) var least: UInt64?
  private var isKnown = true

  static let none = CgroupLimit()

  init(_ bytes: UInt64? = nil) {
    least = bytes
  }

  /// nil where there is no limit, and also where one of those above could not be read: the least
  /// of an incomplete list would pass for the truth.
  var bytes: UInt64? { isKnown ? least : nil }

  func lowered(to limit: UInt64?) -> CgroupLimit {
    guard let limit else { return self }
    var lower = self
    lower.least = min(limit, least ?? limit)
    return lower
  }

  var unknown: CgroupLimit {
    var limit = self
    limit.isKnown = false
    return limit
  }
}
