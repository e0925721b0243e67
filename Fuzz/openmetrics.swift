// Modules: TimeSeries Formats

import Formats

/// The check must end without a trap, its places must lie in the input, and what it finds without
/// fault the scrape parser must read alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOpenMetrics(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let report = OpenMetricsValidator.validate(bytes.span)
  let lines = bytes.count { $0 == 0x0A } + 1
  for error in report.errors {
    precondition(error.line >= 1 && error.line <= lines + 1 && error.column >= 1)
    precondition(!error.message.unicodeScalars.contains("\n"))
  }
  guard report.errorCount == 0 else { return 0 }
  var parser = ScrapeParser(format: .openMetrics100, keep: .everything)
  let outcome = parser.parse(bytes.span)
  precondition(outcome.errorCount == 0)
  precondition(outcome.samples.count == report.samples.count)
  for (sample, checked) in zip(outcome.samples, report.samples) {
    let series = parser.series[Int(sample.seriesIndex)]
    precondition(series.name == checked.name && series.labels == checked.labels)
    precondition(sample.value.bitPattern == checked.value.bitPattern)
  }
  return 0
}
