private import TimeSeries

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
        case .component(let pattern) where Wildcard.matches(pattern, bytes): next[index + 1] = true
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

  private static func components(_ path: String) -> [Substring] { path.split(separator: "/") }
}
