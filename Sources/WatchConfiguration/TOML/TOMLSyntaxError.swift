/// A text that is not TOML 1.0.0; `message` in words for the person who wrote it.
struct TOMLSyntaxError: Error, Equatable {
  var position: SourcePosition
  var message: String

  init(_ position: SourcePosition, _ message: String) {
    self.position = position
    self.message = message
  }
}
