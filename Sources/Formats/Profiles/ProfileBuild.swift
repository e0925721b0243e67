/// A program or library that a profile is of, told from other builds of it.
package struct ProfileBuild: Hashable, Sendable {
  /// As the process had it mapped, usually absolute; may be empty.
  package var path: String
  /// Of the linker, hexadecimal.
  package var id: String

  /// "api", for a sentence.
  package var name: String { path.isEmpty ? "the program" : ProfileFrame.lastComponent(path) }
}

/// Another build of the same file in the new profile than in the old one.
package struct BuildChange: Hashable, Sendable {
  package var old: ProfileBuild
  package var new: ProfileBuild
  /// The program itself and no library.
  package var isProgram: Bool
}

extension BuildChange {
  /// What is known to be another build, the program first. What either profile does not tell is not among
  /// it.
  static func all(from old: HeapProfile, to new: HeapProfile) -> [BuildChange] {
    var changes: [BuildChange] = []
    // The program by its place, since a new build often has a new name; libraries by their paths.
    if let before = old.program, let after = new.program, before.id != after.id {
      changes.append(BuildChange(old: before, new: after, isProgram: true))
    }
    let before = Dictionary(old.libraries.map { ($0.path, $0) }) { first, _ in first }
    var seen: Set<String> = []
    for library in new.libraries where seen.insert(library.path).inserted {
      guard let other = before[library.path], other.id != library.id else { continue }
      changes.append(BuildChange(old: other, new: library, isProgram: false))
    }
    return changes
  }
}
