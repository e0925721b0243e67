/// Which of the known names was probably meant.
package enum NearestName {
  /// The one that begins like it, else the one with the fewest edits: at most one in three letters
  /// (a swap of neighbours is one), regardless of capitals, "-" and "_". nil where none is near.
  package static func of(_ name: String, among known: [String]) -> String? {
    let folded = fold(name)
    guard folded.count <= 60 else { return nil }
    let continued = known.filter { folded.count >= 2 && fold($0).starts(with: folded) }
    if continued.count == 1 { return continued.first }
    var best: (name: String, distance: Int)?
    for candidate in known {
      let target = fold(candidate)
      let distance = editDistance(folded, target)
      guard distance <= max(folded.count, target.count) / 3 else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  private static func fold(_ name: String) -> [Character] {
    name.lowercased().filter { $0 != "-" && $0 != "_" }
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let substitution = last[column] + (character == other ? 0 : 1)
        var least = min(substitution, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
