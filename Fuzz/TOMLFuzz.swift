/// libFuzzer entry: any text as a configuration file.
///
/// Compiled together with WatchConfiguration's own sources. Beside "no crash" it holds that
/// - a file with an error brings no configuration, one without brings one;
/// - every diagnostic points into the file;
/// - for text that the TOML parser accepts, the key locator finds exactly the values of its tree.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTOML(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  let outcome = ConfigurationLoader.load(text: text, fileName: "fuzz")
  let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
  precondition((outcome.configuration == nil) == hasErrors, "errors and configuration disagree")
  _ = outcome.configuration?.summary(bytesPerSeries: 8192)
  let lines = text.unicodeScalars.count { $0 == "\n" } + 1
  for diagnostic in outcome.diagnostics {
    let place = diagnostic.position
    precondition((1...lines).contains(place.line) && place.column >= 1, "outside of the file")
  }
  if let root = try? TOMLDocument.parse(text) {
    let found = Set(KeyLocator(text).locations.keys)
    precondition(found == paths(in: root, below: []), "the locator and the parser disagree")
  }
  return 0
}

private func paths(in node: TOMLNode, below path: TOMLPath) -> Set<TOMLPath> {
  var found: Set<TOMLPath> = path.isEmpty ? [] : [path]
  switch node.content {
  case .array(let elements):
    for (index, element) in elements.enumerated() {
      found.formUnion(paths(in: element, below: path + [.index(index)]))
    }
  case .table(let members):
    for (name, member) in members {
      found.formUnion(paths(in: member, below: path + [.key(name)]))
    }
  default: break
  }
  return found
}
