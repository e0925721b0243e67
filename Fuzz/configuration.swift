// Modules: TimeSeries Alerting WatchConfiguration

import WatchConfiguration

/// The first byte chooses a key, the rest is its text: what each grammar of values makes of any
/// text. A text that is accepted brings no error, and its summary can be written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: data, count: size)
  guard let choice = bytes.first else { return 0 }
  let text = escaped(String(decoding: bytes.dropFirst(), as: UTF8.self))
  let (before, after) = keys[Int(choice) % keys.count]
  let outcome = ConfigurationLoader.load(text: before + text + after, fileName: "fuzz")
  precondition(outcome.configuration != nil || !outcome.diagnostics.isEmpty)
  for diagnostic in outcome.diagnostics {
    precondition(diagnostic.position.line <= 4, "the text left its quotes: \(diagnostic)")
  }
  guard let configuration = outcome.configuration else { return 0 }
  precondition(configuration.exporters.allSatisfy { $0.timeout <= $0.interval })
  precondition(configuration.windows.maximumMemoryBytes >= 1 << 20)
  precondition(!configuration.summary(bytesPerSeries: 8192).isEmpty)
  return 0
}

private let exporter = "[[exporter]]\nservice = \"a\"\n"
private let sink = "[[sink]]\nname = \"a\"\n"

/// What stands before and after the text of each kind.
private let keys: [(String, String)] = [
  ("[cgroups]\ninterval = \"", "\""),
  ("[cgroups]\ninclude = [\"", "\"]"),
  ("[windows]\nmax_memory = \"", "\""),
  ("[rules.growth_rule]\nthreshold = \"", "\""),
  ("[rules.oom_kill]\nseverity = \"", "\""),
  ("[status]\nlisten = \"", "\""),
  (exporter + "url = \"", "\""),
  (exporter + "url = \"http://a/\"\ncgroup = \"", "\""),
  (exporter + "url = \"http://a/\"\nheaders = { \"", "\" = \"x\" }"),
  (exporter + "url = \"http://a/\"\nsignals = { heap_used_bytes = \"", "\" }"),
  (exporter + "url = \"http://a/\"\nsignals = { \"", "\" = \"x\" }"),
  (sink + "url_file = \"", "\""),
  ("[[sink]]\nurl = \"http://a/\"\nname = \"", "\""),
  ("names = { \"", "\" = \"x\" }"),
  ("[host]\nname = \"", "\""),
  ("[host]\n\"", "\" = 1"),
]

/// As the content of a basic string.
private func escaped(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { result, scalar in
    if scalar == "\"" || scalar == "\\" {
      result += "\\" + String(scalar)
    } else if scalar.value < 0x20 || scalar.value == 0x7F {
      result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
}
