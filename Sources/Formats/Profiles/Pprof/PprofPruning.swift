internal import TimeSeries

/// `drop_frames` and `keep_frames` of profile.proto, as pprof applies them: a function that matches the
/// one and not the other is the allocator's own or the profiler's, and it goes with all that it calls.
/// https://github.com/google/pprof/blob/main/profile/prune.go
struct PprofPruning {
  /// What is left of a location's lines.
  enum Verdict {
    case whole
    /// The lines from here on, outwards: what is inlined in them goes, and what they call.
    case outside(Int)
    case nothing
  }

  /// Steps of the expressions for each character of a name, over all names: a hostile expression must not
  /// stall who reads the profile.
  private static let mostSteps = 1 << 28

  private let drop: LabelPattern
  private let keep: LabelPattern?
  private var stepsLeft = Self.mostSteps
  /// By function.
  private var known: [String: Bool] = [:]

  /// - Returns: nil where nothing is to be dropped, or an expression is none: pprof then drops nothing either.
  init?(drop: String, keep: String) {
    guard !drop.isEmpty, let pattern = try? LabelPattern(drop) else { return nil }
    self.drop = pattern
    if keep.isEmpty {
      self.keep = nil
    } else {
      guard let pattern = try? LabelPattern(keep) else { return nil }
      self.keep = pattern
    }
  }

  /// - Parameter functions: of a location's lines, the innermost first; empty where one has no name.
  mutating func verdict(on functions: [String]) throws(ProfileFault) -> Verdict {
    for index in functions.indices.reversed() where try drops(functions[index]) {
      return index == functions.count - 1 ? .nothing : .outside(index + 1)
    }
    return .whole
  }

  private mutating func drops(_ function: String) throws(ProfileFault) -> Bool {
    if let known = known[function] { return known }
    let plain = Self.withoutArguments(function)
    stepsLeft -= (drop.stepCount + (keep?.stepCount ?? 0)) * (plain.unicodeScalars.count + 1)
    guard stepsLeft >= 0 else {
      throw ProfileFault(
        .file, "its drop_frames and keep_frames are too long for as many functions as it names")
    }
    let drops = !plain.isEmpty && drop.matches(plain) && keep?.matches(plain) != true
    known[function] = drops
    return drops
  }

  /// What stands in parentheses and is part of a name.
  private static let parts = ["(anonymous namespace)", "operator()"]

  /// As pprof compares it: without the dot that some linkers put first, up to the first parenthesis that begins
  /// arguments.
  private static func withoutArguments(_ name: String) -> String {
    let text = name.hasPrefix(".") ? name.dropFirst() : name[...]
    var index = text.startIndex
    while index != text.endIndex {
      let rest = text[index...]
      if let part = parts.first(where: { rest.hasPrefix($0) }) {
        index = text.index(index, offsetBy: part.count)
      } else if rest.first == "(" {
        return String(text[..<index])
      } else {
        index = text.index(after: index)
      }
    }
    return String(text)
  }
}
