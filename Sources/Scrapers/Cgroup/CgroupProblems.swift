/// What a person should know and may want to act on, each thing said once as long as its subject
/// lives.
struct CgroupProblems {
  private var said: [String: Set<String>] = [:]
  private var fresh: [String] = []

  /// - Parameters:
  ///   - subject: what it is about, a path; forgotten with it.
  ///   - topic: which of the subject's problems; the same one is not said again, even if the
  ///     words differ.
  mutating func say(
    about subject: String, _ topic: String, _ message: @autoclosure () -> String
  ) {
    if said[subject, default: []].insert(topic).inserted { fresh.append(message()) }
  }

  mutating func forget(_ subject: String) { said[subject] = nil }

  /// What came up since the last call.
  mutating func takeFresh() -> [String] {
    defer { fresh = [] }
    return fresh
  }
}
