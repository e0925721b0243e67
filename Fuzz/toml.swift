// Modules: TimeSeries Alerting WatchConfiguration

import WatchConfiguration

/// Any text as a configuration file: an answer comes, errors and configuration exclude each other,
/// and every diagnostic points to a line and column that the text has.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTOML(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
  let outcome = ConfigurationLoader.load(text: text, fileName: "fuzz")
  let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
  precondition((outcome.configuration == nil) == hasErrors)
  _ = outcome.configuration?.summary(bytesPerSeries: 8192)
  let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  for diagnostic in outcome.diagnostics {
    let place = diagnostic.position
    precondition(lines.indices.contains(place.line - 1))
    precondition((1...lines[place.line - 1].count + 1).contains(place.column))
  }
  return 0
}
