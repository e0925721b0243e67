/// One of several instances that share services among them by name, so that each service is watched
/// by exactly one.
///
/// The choice depends on the name and the number of instances alone: it is the same in every
/// instance, after every restart and on every machine. From n to n + 1 instances only one service in
/// n + 1 changes its instance, and always to the new one (jump consistent hash, Lamping and Veach,
/// 2014, over FNV-1a with MurmurHash3's final mix).
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  /// nil unless 1 ≤ index ≤ count.
  package init?(index: Int, count: Int) {
    guard index >= 1, index <= count else { return nil }
    self.index = index
    self.count = count
  }

  /// Whether this instance watches the service. Replicas belong together: ask with the name that
  /// they have in common.
  package func contains(_ name: String) -> Bool {
    Self.bucket(Self.hash(name), of: count) == index - 1
  }

  /// "1/3".
  package var description: String { "\(index)/\(count)" }

  private static func bucket(_ hash: UInt64, of count: Int) -> Int {
    var key = hash
    var (bucket, next) = (-1.0, 0.0)
    while next < Double(count) {
      bucket = next
      key = key &* 2_862_933_555_777_941_757 &+ 1
      next = ((bucket + 1) * (2_147_483_648 / Double((key >> 33) + 1))).rounded(.down)
    }
    return Int(bucket)
  }

  private static func hash(_ text: String) -> UInt64 {
    var hash = FNV1a.hash(text)
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash >> 33
  }
}
