internal import Formats
internal import TimeSeries

/// What holds a heap, for a person.
struct SuspectsText {
  private let found: HeapSuspects

  init(_ found: HeapSuspects) {
    self.found = found
  }

  var text: String {
    var text =
      "\(found.kind.title), \(Self.size(found.bytes)) in \(found.objects) objects"
      + (found.takenAt.map { ", taken \($0.rfc3339)" } ?? "") + "\n"
    if found.unreachableBytes > 0 {
      text += "\(Self.size(found.unreachableBytes)) of it nothing holds any more\n"
    }
    if found.suspects.isEmpty {
      text += """
        No object holds so much: memory is spread over many. What grows shows leakwatch diff OLD NEW.

        """
    }
    for (index, suspect) in found.suspects.enumerated() {
      text += "\n\(index + 1). \(share(suspect.bytes)) is held by \(holder(suspect))\n"
      text += "   way: \(way(suspect))\n"
      text += list("holds:", suspect.members)
      text += list("in it:", suspect.contents)
    }
    return text
  }

  private func list(_ title: String, _ members: [HeapSuspects.Members]) -> String {
    members.enumerated().map { index, each in
      let start = index == 0 ? title : String(repeating: " ", count: title.count)
      return "   \(start) \(each.count) × \(each.name.printable), \(Self.size(each.bytes))\n"
    }.joined()
  }

  private func holder(_ suspect: HeapSuspects.Suspect) -> String {
    guard let last = suspect.path.last else { return "what lives by itself" }
    return suspect.path.count > 1 || suspect.root.isEmpty
      ? "one \(last.name.printable)" : "\(last.name.printable), \(suspect.root)"
  }

  /// From the last class on: what loaders keep of their classes explains nothing.
  private func way(_ suspect: HeapSuspects.Suspect) -> String {
    let start = suspect.path.lastIndex { $0.name.hasPrefix("class ") } ?? suspect.path.startIndex
    let steps = suspect.path[start...].map { step in
      step.name.printable + (step.field.map { ".\($0.printable)" } ?? "")
    }
    let root = start == suspect.path.startIndex && !suspect.root.isEmpty ? [suspect.root] : []
    return (root + steps).joined(separator: " → ")
  }

  private func share(_ bytes: Int64) -> String {
    let share = found.bytes > 0 ? Double(bytes) / Double(found.bytes) : 0
    return "\(Self.size(bytes)), \(Percentage(share)) of the heap,"
  }

  private static func size(_ bytes: Int64) -> String { "\(ByteCount(Double(bytes)))" }
}
