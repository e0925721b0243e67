private import TimeSeries

extension HeapEvidence {
  /// As webhooks, `explain --json` and the API carry it. Growers are those of `diff --json`; sizes
  /// are bytes, times seconds since the Unix epoch, what is not known is null.
  package var json: JSONValue {
    [
      "kind": .string(kind), "old": old.json, "new": new.json,
      "growers": .array(growers.map(\.json)),
      "stack": .array(stack.map(JSONValue.string)),
      "goroutines": goroutines?.json ?? .null,
      "bearing": .string(bearing.rawValue),
      "conclusion": .string(conclusion),
    ]
  }
}

extension HeapEvidence.Capture {
  fileprivate var json: JSONValue {
    [
      "at": .number(at.seconds), "bytes": .integer(bytes), "objects": .integer(objects),
      "path": .string(path),
    ]
  }
}

extension HeapEvidence.Grower {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "file": .optional(file),
      "line": line.map { .integer(Int64($0)) } ?? .null,
      "old_bytes": .integer(oldBytes), "new_bytes": .integer(newBytes),
      "delta_bytes": .integer(deltaBytes), "delta_objects": .integer(deltaObjects),
      "share": .number(share), "sampling_error_bytes": .optional(samplingErrorBytes),
      "beyond_sampling_error": .bool(isBeyondSamplingError),
    ]
  }
}

extension HeapEvidence.Goroutines {
  fileprivate var json: JSONValue {
    [
      "old": .integer(old), "new": .integer(new), "delta": .integer(delta),
      "frames": .array(frames.map(JSONValue.string)),
    ]
  }
}
