/// A share, written for people in per cent: "3.1 %", "74 %", "−12 %"; one decimal below ten.
package struct Percentage: Hashable, Sendable, CustomStringConvertible {
  package var share: Double

  package init(_ share: Double) {
    self.share = share
  }

  package var description: String { share < 0 ? "−\(magnitude)" : magnitude }

  /// With a sign in front, for changes.
  package var signed: String { share < 0 ? "−\(magnitude)" : "+\(magnitude)" }

  private var magnitude: String {
    let percent = share.magnitude * 100
    guard percent.isFinite, percent < 1e15 else { return "unknown" }
    if percent >= 9.95 { return "\(Int(percent.rounded())) %" }
    if percent > 0, percent < 0.05 { return "under 0.1 %" }
    let tenths = Int((percent * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
