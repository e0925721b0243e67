internal import Alerting
internal import Formats
internal import Signals
internal import TimeSeries

/// A reading of a target as text for a person and as JSON lines for programs.
enum ScrapeReport {
  static func text(_ reading: ScrapeReading) -> String {
    var lines = reading.samples.map { sample in
      let labels = sample.labels.isEmpty ? "" : sample.labels.description
      let time = sample.timestamp.map { " @\($0.rfc3339)" } ?? ""
      return "\(sample.name)\(labels) \(number(sample.value))\(time)"
    }
    lines += reading.errors.map { "error: line \($0.line), column \($0.column): \($0.message)" }
    let unlisted = reading.errorCount - reading.errors.count
    if unlisted > 0 { lines.append("error: and \(unlisted) more") }
    lines.append("")
    lines.append("\(reading.samples.count) samples, \(reading.errorCount) errors")
    lines.append("runtime: \(reading.runtime?.rawValue ?? "not recognised")")
    if reading.signals.isEmpty { lines.append("signals: none that a rule needs") }
    for signal in reading.signals {
      let several = signal.provenance.seriesCount
      let count = several == 1 ? "" : " (\(several) series)"
      let value = signal.value.map(number) ?? "not known yet"
      lines.append(
        "signal \(signal.provenance.signal.rawValue) = \(value) from "
          + "\(signal.provenance.metric)\(count)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func jsonLines(_ reading: ScrapeReading) -> String {
    let lines =
      reading.samples.map(line) + reading.errors.map(line) + [summary(reading)]
    return lines.map { $0.text + "\n" }.joined()
  }

  private static func line(_ sample: ScrapeReading.Sample) -> JSONValue {
    [
      "type": "sample", "name": .string(sample.name),
      "labels": .object(
        sample.labels.labels.map { .init(name: $0.name, value: .string($0.value)) }),
      "value": json(sample.value), "timestamp": .optional(sample.timestamp?.seconds),
    ]
  }

  private static func line(_ error: ParseError) -> JSONValue {
    [
      "type": "error", "line": .integer(Int64(error.line)),
      "column": .integer(Int64(error.column)), "message": .string(error.message),
    ]
  }

  private static func summary(_ reading: ScrapeReading) -> JSONValue {
    [
      "type": "summary", "samples": .integer(Int64(reading.samples.count)),
      "errors": .integer(Int64(reading.errorCount)),
      "runtime": .optional(reading.runtime?.rawValue),
      "signals": .object(
        reading.signals.map { signal in
          .init(
            name: signal.provenance.signal.rawValue,
            value: [
              "value": signal.value.map(json) ?? .null,
              "metric": .string(signal.provenance.metric),
              "series": .integer(Int64(signal.provenance.seriesCount)),
            ])
        }),
    ]
  }

  /// What JSON lacks is written as the exposition formats write it.
  private static func json(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .string(number(value))
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return JSONValue.number(value).text
  }
}
