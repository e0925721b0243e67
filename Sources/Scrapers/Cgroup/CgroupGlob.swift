/// A pattern over cgroup paths, written without the leading slash: `system.slice/*`.
///
/// `*` stands for any run of characters within one component, `?` for one character, and a
/// component that is `**` for any number of components, none included; so `system.slice/*` names
/// the units right below system.slice and `system.slice/**` all of them at any depth. Everything
/// else stands for itself, backslashes too, because unit names carry them (`a\x2db.service`).
package struct CgroupGlob: Hashable, Sendable {
  private enum Segment: Hashable, Sendable {
    case anyDepth
    case component([UInt8])
  }

  private let segments: [Segment]

  package init(_ pattern: String) {
    segments = Self.components(pattern).map { $0 == "**" ? .anyDepth : .component(Array($0.utf8)) }
  }

  /// - Parameter path: with or without a leading slash. The whole of it has to match.
  package func matches(_ path: String) -> Bool {
    // reached[i]: the segments before i have taken all components so far.
    var reached = [Bool](repeating: false, count: segments.count + 1)
    reached[0] = true
    skipAnyDepth(&reached)
    for component in Self.components(path) {
      var next = [Bool](repeating: false, count: segments.count + 1)
      let bytes = Array(component.utf8)
      for (index, segment) in segments.enumerated() where reached[index] {
        switch segment {
        case .anyDepth: next[index] = true
        case .component(let pattern) where Self.matches(pattern, bytes): next[index + 1] = true
        case .component: break
        }
      }
      skipAnyDepth(&next)
      reached = next
    }
    return reached[segments.count]
  }

  private func skipAnyDepth(_ reached: inout [Bool]) {
    for (index, segment) in segments.enumerated() where reached[index] && segment == .anyDepth {
      reached[index + 1] = true
    }
  }

  /// One component against a pattern with `*` and `?`; on a mismatch the last `*` takes one more.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (inPattern, inText) = (0, 0)
    var star: (pattern: Int, text: Int)?
    while inText < text.count {
      if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
        star = (inPattern, inText)
        inPattern += 1
      } else if inPattern < pattern.count,
        pattern[inPattern] == text[inText] || pattern[inPattern] == UInt8(ascii: "?")
      {
        inPattern += 1
        inText += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (inPattern, inText) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  private static func components(_ path: String) -> [Substring] { path.split(separator: "/") }
}
