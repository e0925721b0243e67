internal import TimeSeries

/// libFuzzer entry: any text as each kind of value, and as a file for the key locator alone, which
/// must end on text that no parser has accepted. Compiled together with WatchConfiguration's own
/// sources. What a grammar accepts must survive being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfigurationValue(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let choice = bytes.first else { return 0 }
  let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
  switch choice % 8 {
  case 0: survives(text, DurationGrammar.parse, DurationGrammar.write)
  case 1: survives(text, ByteSizeGrammar.parse, ByteSizeGrammar.write)
  case 2: if let rate = try? ByteRateGrammar.parse(text) { precondition(rate.bytesPerSecond >= 0) }
  case 3: survives(text, URLGrammar.parse) { $0.text }
  case 4: survives(text, ListenGrammar.parse, ListenGrammar.write)
  case 5: _ = try? MetricSelectorGrammar.parse(text)
  case 6:
    _ = try? GlobGrammar.parse(text)
    _ = NearestName.of(text, among: ["interval", "include", "url_file"])
  default: _ = KeyLocator(text)
  }
  return 0
}

private func survives<Value: Equatable>(
  _ text: String, _ parse: (String) throws(ValueProblem) -> Value, _ write: (Value) -> String
) {
  guard let value = try? parse(text) else { return }
  let again = try? parse(write(value))
  precondition(again == value, "\(text) does not survive writing")
}
