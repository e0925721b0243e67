/// A regular expression over a label's value, in the syntax of Go and RE2 that Prometheus users
/// write. It must match the whole value, as everywhere in Prometheus.
///
/// It asks yes or no and runs all ways through the expression at once: time grows with the length
/// of the value, never with its content, so that a discovered label cannot stall the daemon as it
/// could an engine that backtracks.
package struct LabelPattern: Hashable, Sendable, CustomStringConvertible {
  /// As it was written.
  package let text: String
  private let program: [LabelPatternStep]

  /// - Throws: what is wrong, and at which character.
  package init(_ text: String) throws(LabelPatternFault) {
    self.text = text
    program = try LabelPatternCompiler.program(of: try LabelPatternParser.parse(text))
  }

  package var description: String { text }

  /// What comparing one character may cost.
  package var stepCount: Int { program.count }

  package func matches(_ value: String) -> Bool {
    var marked = [Bool](repeating: false, count: program.count)
    var current: [Int] = []
    let scalars = value.unicodeScalars
    var isStart = true
    follow(0, isStart: true, isEnd: scalars.isEmpty, into: &current, &marked)
    var index = scalars.startIndex
    while index != scalars.endIndex, !current.isEmpty {
      let scalar = scalars[index]
      index = scalars.index(after: index)
      isStart = false
      for place in current { marked[place] = false }
      var next: [Int] = []
      var seen = [Bool](repeating: false, count: program.count)
      for place in current {
        guard case .take(let set) = program[place], set.contains(scalar) else { continue }
        follow(
          place + 1, isStart: isStart, isEnd: index == scalars.endIndex, into: &next, &seen)
      }
      (current, marked) = (next, seen)
    }
    return index == scalars.endIndex
      && current.contains { if case .accept = program[$0] { true } else { false } }
  }

  /// Adds the places that are reached from `place` without taking a character.
  private func follow(
    _ place: Int, isStart: Bool, isEnd: Bool, into places: inout [Int], _ marked: inout [Bool]
  ) {
    var open = [place]
    while let place = open.popLast() {
      guard !marked[place] else { continue }
      marked[place] = true
      switch program[place] {
      case .take, .accept: places.append(place)
      case .either(let first, let second): open += [first, second]
      case .jump(let target): open.append(target)
      case .start: if isStart { open.append(place + 1) }
      case .end: if isEnd { open.append(place + 1) }
      }
    }
  }
}

/// Why a text is not a pattern.
package struct LabelPatternFault: Error, Equatable, Sendable {
  /// The character at fault, counted from 1 in Unicode scalars.
  package var column: Int
  package var message: String
}
