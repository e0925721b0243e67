internal import Alerting
internal import Formats
internal import TimeSeries

/// The JSON of what holds a heap.
enum SuspectsLine {
  static func json(_ found: HeapSuspects) -> JSONValue {
    [
      "kind": .string(found.kind.rawValue),
      "at": .optional(found.takenAt?.seconds),
      "bytes": .integer(found.bytes),
      "objects": .integer(Int64(found.objects)),
      "unreachable_bytes": .integer(found.unreachableBytes),
      "suspects": .array(found.suspects.map(suspect)),
    ]
  }

  private static func suspect(_ suspect: HeapSuspects.Suspect) -> JSONValue {
    [
      "bytes": .integer(suspect.bytes),
      "root": suspect.root.isEmpty ? .null : .string(suspect.root),
      "path": .array(
        suspect.path.map { ["name": .string($0.name), "field": .optional($0.field)] }),
      "members": .array(suspect.members.map(members)),
      "contents": .array(suspect.contents.map(members)),
    ]
  }

  private static func members(_ members: HeapSuspects.Members) -> JSONValue {
    [
      "name": .string(members.name), "count": .integer(Int64(members.count)),
      "bytes": .integer(members.bytes),
    ]
  }
}
