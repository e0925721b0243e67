/// The ordinary explanation of a window in words.
package struct OrdinaryThings {
  private let ordinary: WindowAssessment.Ordinary

  package init(_ ordinary: WindowAssessment.Ordinary) {
    self.ordinary = ordinary
  }

  package var words: String {
    var names: [String] = []
    if ordinary.load { names.append("load") }
    if ordinary.warmUp { names.append("a warm-up") }
    if ordinary.season { names.append("the time of day") }
    if ordinary.steps > 0 { names.append(ordinary.steps == 1 ? "a step" : "steps") }
    return names.isEmpty ? "noise that wanders" : names.joined(separator: " with ")
  }
}
