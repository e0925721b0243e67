/// Why a text is not a value of its kind: a clause for a diagnostic, without place.
struct ValueProblem: Error, Equatable {
  var message: String

  init(_ message: String) {
    self.message = message
  }
}
