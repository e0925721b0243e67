internal import Alerting
internal import Formats
internal import TimeSeries

/// The JSON of a difference. What a profile does not measure is null.
enum DiffLine {
  /// - Parameter limit: most growers, shrinkers and stacks.
  static func text(_ difference: HeapDifference, limit: Int) -> String {
    json(difference, limit: limit).text + "\n"
  }

  static func json(_ difference: HeapDifference, limit: Int) -> JSONValue {
    let measures = difference.measures
    return [
      "kind": .string(difference.kind.rawValue),
      "old": total(difference.total.old, difference.oldTakenAt, measures),
      "new": total(difference.total.new, difference.newTakenAt, measures),
      "growers": .array(difference.growers.prefix(limit).map { site($0, in: difference) }),
      "stacks": .array(difference.stacks.prefix(limit).map { stack($0, in: difference) }),
      "shrinkers": .array(difference.shrinkers.prefix(limit).map { site($0, in: difference) }),
      "grower_count": .integer(Int64(difference.growers.count)),
      "measures": ["bytes": .optional(measures.bytes), "objects": .optional(measures.objects)],
      "sampling_period_bytes": .optional(measures.samplingPeriodBytes),
      "beyond_sampling_error": .bool(difference.hasSignificantGrowth),
      "old_build": .optional(difference.oldBuild?.id),
      "new_build": .optional(difference.newBuild?.id),
      "build_changes": .array(difference.buildChanges.map(change)),
    ]
  }

  private static func total(
    _ counts: StackCounts, _ moment: Timestamp?, _ measures: ProfileMeasures
  ) -> JSONValue {
    [
      "bytes": measures.bytes == nil ? .null : .integer(counts.bytes),
      "objects": measures.objects == nil ? .null : .integer(counts.objects),
      "at": .optional(moment?.seconds),
    ]
  }

  private static func change(_ change: BuildChange) -> JSONValue {
    [
      "file": .string(change.new.name), "old": .string(change.old.id),
      "new": .string(change.new.id), "is_program": .bool(change.isProgram),
    ]
  }

  private static func site(_ site: HeapDifference.Site, in difference: HeapDifference) -> JSONValue
  {
    let bytes = difference.measures.bytes == nil ? nil : site.flat.bytes
    let objects = difference.measures.objects == nil ? nil : site.flat.objects
    let cumulative = difference.measures.bytes == nil ? nil : site.cumulative.bytes
    return [
      "name": .string(site.name), "file": .optional(site.place.file),
      "line": .whole(site.place.line.map(Int64.init)),
      "old_bytes": .whole(bytes?.old), "new_bytes": .whole(bytes?.new),
      "delta_bytes": .whole(bytes?.delta), "delta_objects": .whole(objects?.delta),
      "share": .optional(difference.share(of: site.flat)),
      "old_objects": .whole(objects?.old), "new_objects": .whole(objects?.new),
      "cumulative_delta_bytes": .whole(cumulative?.delta),
      "cumulative_delta_objects": .whole(
        difference.measures.objects == nil ? nil : site.cumulative.objects.delta),
      "sampling_error_bytes": .optional(site.samplingError),
      "beyond_sampling_error": .bool(site.isSignificant),
      "path": .optional(site.place.path),
    ]
  }

  private static func stack(
    _ stack: HeapDifference.Stack, in difference: HeapDifference
  ) -> JSONValue {
    [
      "frames": .array(stack.frames.map { .string($0.text) }),
      "delta_bytes": difference.measures.bytes == nil
        ? .null : .integer(stack.counts.bytes.delta),
      "delta_objects": difference.measures.objects == nil
        ? .null : .integer(stack.counts.objects.delta),
      "share": .optional(difference.share(of: stack.counts)),
    ]
  }
}

extension JSONValue {
  fileprivate static func whole(_ number: Int64?) -> JSONValue { number.map(integer) ?? .null }
}
