/// How fast a size changes.
package struct ByteRate: Sendable, Equatable, Comparable {
  package var bytesPerSecond: Double

  package init(bytesPerSecond: Double) {
    self.bytesPerSecond = bytesPerSecond
  }

  package var bytesPerDay: Double { bytesPerSecond * 86_400 }

  package static func < (left: ByteRate, right: ByteRate) -> Bool {
    left.bytesPerSecond < right.bytesPerSecond
  }
}
