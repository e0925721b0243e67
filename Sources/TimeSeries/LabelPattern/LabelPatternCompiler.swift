/// One step of a pattern.
enum LabelPatternStep: Hashable, Sendable {
  case take(ScalarSet)
  case either(Int, Int)
  case jump(Int)
  case start
  case end
  case accept
}

/// Turns a parsed pattern into steps (Thompson's construction).
struct LabelPatternCompiler {
  /// What a value is compared with costs as much as this; `(a{100}){100}` is a mistake.
  private static let maximumSteps = 10_000

  private var steps: [LabelPatternStep] = []

  static func program(of node: LabelPatternNode) throws(LabelPatternFault) -> [LabelPatternStep] {
    var compiler = LabelPatternCompiler()
    try compiler.add(node)
    try compiler.append(.accept)
    return compiler.steps
  }

  private mutating func add(_ node: LabelPatternNode) throws(LabelPatternFault) {
    switch node {
    case .empty: break
    case .take(let set): try append(.take(set))
    case .start: try append(.start)
    case .end: try append(.end)
    case .sequence(let parts): for part in parts { try add(part) }
    case .alternatives(let choices): try add(choices: choices[...])
    case .repetition(let part, let least, let most): try add(part, least, most)
    }
  }

  private mutating func add(
    choices: ArraySlice<LabelPatternNode>
  ) throws(LabelPatternFault) {
    var exits: [Int] = []
    for (index, choice) in choices.enumerated() {
      guard index < choices.count - 1 else {
        try add(choice)
        break
      }
      let fork = steps.count
      try append(.either(fork + 1, 0))
      try add(choice)
      exits.append(steps.count)
      try append(.jump(0))
      steps[fork] = .either(fork + 1, steps.count)
    }
    for exit in exits { steps[exit] = .jump(steps.count) }
  }

  private mutating func add(
    _ part: LabelPatternNode, _ least: Int, _ most: Int?
  ) throws(LabelPatternFault) {
    for _ in 0..<least { try add(part) }
    guard let most else {
      let fork = steps.count
      try append(.either(0, 0))
      try add(part)
      try append(.jump(fork))
      steps[fork] = .either(fork + 1, steps.count)
      return
    }
    var forks: [Int] = []
    for _ in least..<max(least, most) {
      forks.append(steps.count)
      try append(.either(0, 0))
      try add(part)
    }
    for fork in forks { steps[fork] = .either(fork + 1, steps.count) }
  }

  private mutating func append(_ step: LabelPatternStep) throws(LabelPatternFault) {
    guard steps.count < Self.maximumSteps else {
      throw LabelPatternFault(column: 1, message: "the expression repeats too much")
    }
    steps.append(step)
  }
}
